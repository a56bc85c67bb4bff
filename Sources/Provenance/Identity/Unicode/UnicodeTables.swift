/// Canonical normalization data of one Unicode version, as `generate.py` writes it.
///
/// The syllables of Hangul are not in the tables: they follow from arithmetic.
enum UnicodeTables {}
