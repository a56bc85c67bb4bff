import Foundation
import Provenance
import Testing

/// Column lineage that real integrations wrote.
struct FieldExampleTests {
  private struct Event: Decodable {
    struct Table: Decodable {
      var namespace: String
      var name: String
      var facets: Facets?
    }
    struct Facets: Decodable { var columnLineage: Facet? }
    struct Facet: Decodable {
      var fields: [String: Output]
      var dataset: [Input]?
    }
    struct Output: Decodable {
      var inputFields: [Input]
      var transformationType: String?
      var transformationDescription: String?
    }
    struct Input: Decodable {
      var namespace: String
      var name: String
      var field: String
      var transformations: [Transformation]?
    }
    struct Transformation: Decodable {
      var type: String
      var subtype: String?
      var description: String?
      var masking: Bool?
    }
    struct Job: Decodable { var name: String }
    var job: Job
    var eventTime: String?
    var inputs: [Table]?
    var outputs: [Table]?
  }

  /// Reads events one a line into a graph: runs named by their jobs, tables without versions.
  private static func load(_ file: String) throws -> ProvenanceGraph {
    let url = try #require(Bundle.module.resourceURL)
      .appendingPathComponent("Fixtures/column-lineage/\(file).ndjson")
    var graph = ProvenanceGraph()
    for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
      let event = try JSONDecoder().decode(Event.self, from: Data(line.utf8))
      let run = try Run(event.job.name, id: event.eventTime ?? event.job.name)
      var records = [try Record(run)]
      for table in event.inputs ?? [] {
        let dataset = try Dataset(table.name, namespace: table.namespace)
        records += [try Record(dataset), try Record(run.used(dataset))]
      }
      for table in event.outputs ?? [] {
        let output = try Dataset(table.name, namespace: table.namespace)
        let edge = try output.generatedBy(run)
        records += [try Record(output), try Record(edge)]
        guard let facet = table.facets?.columnLineage else { continue }
        let mappings =
          try facet.fields.map { name, output in
            try FieldMapping(
              FieldPath(name), from: output.inputFields.map { try input($0, of: output) })
          } + [FieldMapping(.whole, from: (facet.dataset ?? []).map { try input($0, of: nil) })]
        // The dbt events name no inputs beside the mappings.
        for input in facet.fields.values.flatMap(\.inputFields) + (facet.dataset ?? []) {
          let dataset = try Dataset(input.name, namespace: input.namespace)
          records += [try Record(dataset), try Record(run.used(dataset))]
        }
        let stated = mappings.filter { !$0.output.isWhole || !$0.inputs.isEmpty }
        records += try FieldMappings(stated).annotations(on: edge, at: moment(0), source: "test")
          .map { try Record($0) }
      }
      try graph.merge(records)
    }
    return graph
  }

  private static func input(
    _ input: Event.Input, of output: Event.Output?
  ) throws -> FieldInput {
    let table = try Dataset(input.name, namespace: input.namespace)
    var ways = try (input.transformations ?? []).map { way in
      try FieldTransformation(
        way.type == "DIRECT" ? .direct : .indirect, way.subtype.map { .init(rawValue: $0) },
        text: way.description ?? "", masks: way.masking ?? false)
    }
    if ways.isEmpty, let type = output?.transformationType {
      ways = [
        try FieldTransformation(
          .direct, type == "IDENTITY" ? .identity : .transformation,
          text: output?.transformationDescription ?? "", masks: type == "MASKED")
      ]
    }
    return try FieldInput(Field(table, input.field), ways)
  }

  private static func table(_ name: String, in graph: ProvenanceGraph) throws -> Node {
    try #require(graph.nodes(kind: .dataset, name: name).first)
  }

  @Test("dbt: a column of the last model, back to the seeds")
  func dbt() throws {
    let graph = try Self.load("dbt")
    let lineage = try FieldLineage(graph)
    #expect(lineage.faults.isEmpty && lineage.dependencyCount == 22)
    let analytics = try Self.table("dbt_test.main.customer_analytics", in: graph)
    #expect(lineage.fields(of: analytics).count == 9)
    let up = try lineage.upstream(of: Field(analytics, "total_revenue"))
    #expect(
      names(up, in: graph) == [
        "dbt_test.main.raw_orders.amount", "dbt_test.main.raw_orders.status",
        "dbt_test.main.stg_orders.completed_amount",
      ])
    #expect(up.isComplete)
    let orders = try Self.table("dbt_test.main.raw_orders", in: graph)
    let down = try lineage.downstream(of: Field(orders, "status"))
    #expect(
      names(down, in: graph) == [
        "dbt_test.main.customer_analytics.avg_order_value",
        "dbt_test.main.customer_analytics.total_revenue",
        "dbt_test.main.stg_orders.completed_amount", "dbt_test.main.stg_orders.status",
      ])
  }

  @Test("Airflow: copies, with the transformation type of old facets")
  func airflow() throws {
    let graph = try Self.load("airflow")
    let lineage = try FieldLineage(graph)
    #expect(lineage.faults.isEmpty)
    let copy = try Self.table("mock-project.test.upload_cp", in: graph)
    let field = try Field(copy, "a")
    let up = try lineage.upstream(of: field)
    #expect(
      names(up, in: graph) == [
        "copied.csv.a", "mock-project.test.upload.a", "test.csv.a",
      ])
    let path = try #require(
      try lineage.shortestPath(
        from: field, to: Field(Self.table("test.csv", in: graph), "a")))
    let way = try FieldTransformation(.direct, .identity, text: "identical")
    #expect(path.hops.map { $0.reasons.map(\.transformations) } == [[[way]], [[way]]])
  }

  @Test("OpenLineage client: a masked column, and a column that decides on all rows")
  func masking() throws {
    let graph = try Self.load("masking")
    let lineage = try FieldLineage(graph)
    let features = try Self.table("features/orders.parquet", in: graph)
    let hash = try Field(features, "email_hash")
    let up = try lineage.upstream(of: hash, FieldQuery(stopsAtMasking: true))
    #expect(names(up, in: graph) == ["shop.public.orders.order_id"])
    #expect(names(up.masked, in: graph) == ["shop.public.orders.email"])
    #expect(
      try names(lineage.upstream(of: hash, FieldQuery(kinds: .direct)), in: graph) == [
        "shop.public.orders.email"
      ])
  }
}
