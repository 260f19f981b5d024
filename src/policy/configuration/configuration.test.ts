import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfiguration } from "./configuration.ts";

test("a broken text is told with line and column", () => {
  assert.deepEqual(parseConfiguration("LogonSeconds = 60\nMaxIdleTime = \n"), {
    is: "wrong",
    problems: [{ line: 2, column: 15, text: "Invalid TOML document: invalid value" }],
  });
});

test("all that is wrong is told at once, each at the key or the value that it is about", () => {
  const text = `
LogonSeconds = "soon"
KeepaliveSecond = 1
[ComputerPolicy.lab]
MaxIdletime = 5
[UserPolicy.office]
Group = ["office"]
Users = "anna"
MaxIdleTime = -1
Listen = ["0.0.0.0:3390"]
[UserAccount]
anna = 5
[Policies.x]
`;
  const parsed = parseConfiguration(text);

  assert.deepEqual(
    parsed.is === "wrong" && parsed.problems.map(({ line, column, text: what }) => `${line}:${column} ${what}`),
    [
      "2:16 LogonSeconds must be a whole number from 10 to 3600 (seconds)",
      "3:1 KeepaliveSecond is no setting; did you mean KeepAliveSeconds?",
      "5:1 MaxIdletime is no setting; did you mean MaxIdleTime?",
      "7:1 Group is no setting; did you mean Groups?",
      '8:9 must be a list of names: Users = ["…"]',
      "9:15 MaxIdleTime must be a whole number from 0 to 4294967295 (milliseconds)",
      "10:1 Listen is the same for the whole host: it cannot stand in [UserPolicy.office]",
      "12:1 must be a table: [UserAccount.anna]",
      "13:1 Policies is no setting",
    ],
  );
});

test("policies are in the order of the file, whatever they are called", () => {
  const parsed = parseConfiguration(
    "[UserPolicy.z]\nfResetBroken=1\n[UserPolicy.10]\n[UserPolicy.9]\n[UserPolicy.a]\n",
  );

  assert.deepEqual(parsed.is === "read" && parsed.configuration.userPolicies.map(({ name }) => name), [
    "z",
    "10",
    "9",
    "a",
  ]);
});

test("a certificate without its key is told", () => {
  assert.deepEqual(parseConfiguration('Certificate = "/a"'), {
    is: "wrong",
    problems: [{ line: 1, column: 1, text: "Certificate and CertificateKey belong together; one of them is missing" }],
  });
});

test("a name that would reach into JavaScript's objects is refused", () => {
  assert.equal(parseConfiguration("[UserPolicy.__proto__]\nMaxIdleTime = 1").is, "wrong");
  assert.equal(parseConfiguration("constructor = 1").is, "wrong");
});
