import Foundation

// Everything that takes too long in a debug build; see Tests/Faults/README.md.
let arguments = Array(CommandLine.arguments.dropFirst())
do {
  switch arguments.first {
  case "damage": try Damage.run(fixtures: arguments[1])
  case "sectors": try LostSectors.run()
  case "crash": try Crashes.run()
  case "errors": try Errors.run()
  case "model": try Models.run(operations: arguments.count > 1 ? Int(arguments[1]) ?? 0 : 100_000)
  case "write": try Worker.write(at: arguments[1], acknowledgements: arguments[2])
  case "script": try Worker.script(at: arguments[1], acknowledgements: arguments[2])
  case "check": try Worker.check(at: arguments[1], acknowledgements: arguments[2])
  case "follow": try Worker.follow(at: arguments[1], until: arguments[2])
  case "kill": try Kills.run(count: Int(arguments[1]) ?? 0, directory: arguments[2])
  default:
    print("usage: sweep damage|sectors|crash|errors|model|write|script|check|follow|kill …")
    exit(64)
  }
} catch {
  print("FAILED: \(error)")
  exit(1)
}
