import assert from "node:assert/strict";
import { test } from "node:test";
import { checkConfiguration } from "./checkConfiguration.ts";

test("what is wrong is an error, with its place", () => {
  assert.deepEqual(checkConfiguration("MaxIdleTime = true").findings, [
    {
      level: "error",
      line: 1,
      column: 15,
      text: "MaxIdleTime must be a whole number from 0 to 4294967295 (milliseconds)",
    },
  ]);
});

test("what can be taken up and is probably not meant is a warning", () => {
  const { findings } = checkConfiguration(`
MaxIdleTime = 30
SeRemoteInteractiveLogonRight = ["anna", "@office"]
SeDenyRemoteInteractiveLogonRight = ["anna"]
[ComputerPolicy.lab]
MaxConnectionTime = 3600000
SeDenyRemoteInteractiveLogonRight = ["*"]
[UserPolicy.office]
Groups = ["office"]
MaxConnectionTime = 7200000
[UserPolicy.empty]
[UserAccount.boris]
fResetBroken = 1
`);

  assert.deepEqual(findings.map(({ level, line, text }) => `${level} ${line} ${text}`).toSorted(), [
    "warning 10 MaxConnectionTime of “office” never counts: the computer policy “lab” gives it",
    "warning 11 the policy “empty” sets nothing",
    'warning 12 [UserAccount.boris] counts for nothing while fQueryUserConfigFromDC is 0; [UserPolicy.…] with Users = ["boris"] does',
    "warning 2 MaxIdleTime counts milliseconds: 30 is less than a minute; 30 minutes are 1800000",
    "warning 4 “anna” is allowed and denied: the denial counts",
    "warning 7 everybody is denied: only administrators come in, with /admin",
  ]);
});

test("whom it names is given, for those who can look them up", () => {
  const { names } = checkConfiguration(
    'SeRemoteInteractiveLogonRight = ["anna", "@office", "*"]\n[UserPolicy.x]\nUsers = ["boris"]\nGroups = ["night"]\nMaxIdleTime = 0',
  );

  assert.deepEqual(
    names.map(({ name, isGroup, at }) => [name, isGroup, at.line]),
    [
      ["boris", false, 2],
      ["night", true, 2],
      ["anna", false, 1],
      ["office", true, 1],
    ],
  );
});
