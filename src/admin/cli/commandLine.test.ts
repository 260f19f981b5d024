import assert from "node:assert/strict";
import { test } from "node:test";
import { readCommandLine, takeSharedSwitches, tokens } from "./commandLine.ts";

const forms = { v: { means: "" }, id: { takes: "N", means: "" }, server: { takes: "HOST", means: "" } };

test("a switch is the same with a slash or dashes, in either case, with colon, equals sign or blank", () => {
  const readings = ["/id:2", "--id=2", "--id:2", "/ID:2", "--Id=2", "/id=2"].map((each) => read([each]));

  for (const reading of [...readings, read(["/id", "2"]), read(["--id", "2"])]) {
    assert.deepEqual(reading, { operands: [], id: ["2"], v: false, json: false });
  }
});

test("operands may stand before and after switches, and after -- everything is an operand", () => {
  assert.deepEqual(read(["2", "/V", "--json"]), { operands: ["2"], id: [], v: true, json: true });
  assert.deepEqual(read(["--json", "--", "/v"]), { operands: ["/v"], id: [], v: false, json: true });
  assert.deepEqual(read(["rdp-tcp#3"]), { operands: ["rdp-tcp#3"], id: [], v: false, json: false });
});

test("the folders are taken from anywhere, and a path keeps its letters", () => {
  const shared = takeSharedSwitches(
    tokens(["--run", "/Tmp/A", "query", "--State=/b", "/config:/c d", "session", "/?"]),
  );

  assert.ok(!("problem" in shared));
  assert.deepEqual(shared.folders, { run: "/Tmp/A", state: "/b", config: "/c d" });
  assert.equal(shared.help, true);
  assert.deepEqual(
    shared.rest.map((each) => (each.is === "word" ? each.word : each.given)),
    ["query", "session"],
  );
});

test("what is wrong with a switch is said in one sentence", () => {
  assert.equal(read(["/x"]), "There is no switch /x here.");
  assert.equal(read(["/v:1"]), "/v takes no value.");
  assert.equal(read(["/id"]), "/id needs a value: /id:N");
  assert.deepEqual(takeSharedSwitches(tokens(["--run"])), { is: "wrong", problem: "--run needs a path." });
});

function read(args: readonly string[]) {
  const reading = readCommandLine(tokens(args), forms, { folders: {}, hasJson: true });
  if (reading.is === "wrong") return reading.problem;
  return { operands: reading.operands, id: reading.values("id"), v: reading.has("v"), json: reading.json };
}
