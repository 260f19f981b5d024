import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, property, uint8Array } from "fast-check";
import { utf16Bytes, utf8Bytes } from "#base/bytes/text.ts";
import { parseConfiguration } from "../configuration/configuration.ts";
import { importedToml } from "./importedToml.ts";
import { importFile } from "./importFile.ts";

const pol = String.raw`[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services]`;
const userPol = String.raw`[HKEY_CURRENT_USER\Software\Policies\Microsoft\Windows NT\Terminal Services]`;
const listener = String.raw`[HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Control\Terminal Server\WinStations\RDP-Tcp]`;
const server = String.raw`[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Terminal Server]`;

test("settings go where they belong, with Windows' names and numbers turned into ours", () => {
  const { toml, notes } = imported(`
${pol}
"MaxIdleTime"=dword:000dbba0
"MaxXResolution"=dword:00000780
${userPol}
"maxdisconnectiontime"=dword:0036ee80
${listener}
"PortNumber"=dword:00000d3d
"MaxInstanceCount"=dword:ffffffff
"fInheritMaxIdleTime"=dword:00000001
"MaxIdleTime"=dword:000927c0
"fInheritMaxSessionTime"=dword:00000000
"MaxConnectionTime"=dword:001b7740
${server}
"fSingleSessionPerUser"=dword:00000000
`);

  assert.equal(
    toml,
    `Listen = ["0.0.0.0:3389"]  # PortNumber, a.reg: line 9
MaxInstanceCount = 999999  # a.reg: line 10
MaxConnectionTime = 1800000  # a.reg: line 14
fSingleSessionPerUser = 0  # a.reg: line 16
[ComputerPolicy.gpo]
MaxIdleTime = 900000  # a.reg: line 4
DesktopWidthMax = 1920  # MaxXResolution, a.reg: line 5

[UserPolicy.gpo]
MaxDisconnectionTime = 3600000  # a.reg: line 7
`,
  );
  assert.deepEqual(notes, [
    "notHere line 12: MaxIdleTime is not taken: fInheritMaxIdleTime is 1, so that Windows asks the user's account instead",
  ]);
});

test("what is not known, not here, wrong or suspicious is told with its place", () => {
  const { notes } = imported(`
${pol}
"MaxIdleTime"=dword:0000001e
"MaxDisconnectionTime"=dword:00060000
"KeepAliveInterval"=dword:0000ea60
"Shadow"=dword:00000002
"MaxIdelTime"=dword:00000001
"MaxXResolution"=dword:00000001
"SecurityLayer"="2"
"PortNumber"=dword:00000d3d
"fResetBroken"=-
${listener}
"MaxIdleTime"=dword:000927c0
"KeepAliveTimeout"=dword:00000001
${String.raw`[HKEY_LOCAL_MACHINE\SOFTWARE\Other]`}
"a"=dword:1
"b"=dword:2
`);

  assert.deepEqual(notes.toSorted(byLine), [
    "suspicious line 4: MaxIdleTime counts milliseconds: 30 is less than a minute; 30 minutes are 1800000",
    "suspicious line 5: MaxDisconnectionTime is dword:00060000, which is 393216: .reg counts in hexadecimal. Was 60000 meant?",
    "suspicious line 6: KeepAliveInterval counts minutes: 60000 are 42 days. Milliseconds?",
    "notHere line 7: Shadow: Holdfast has nothing of the kind",
    "unknown line 8: MaxIdelTime is known to nobody; did you mean MaxIdleTime?",
    "wrong line 9: MaxXResolution is 1, and DesktopWidthMax must be a whole number from 640 to 8192 (pixels)",
    "wrong line 10: SecurityLayer must be a number (REG_DWORD), and is text: “2”",
    "notHere line 11: PortNumber means nothing in POL: Windows reads it in RDPTCP",
    "notHere line 12: fResetBroken is taken away by the file: there is nothing to take",
    "suspicious line 14: MaxIdleTime counts on Windows only with fInheritMaxIdleTime = 0, which is not in the file; here it counts",
    "notHere line 15: KeepAliveTimeout: KeepAliveSeconds says it",
    "notHere line 17: 2 values of SOFTWARE\\Other, which is none of Remote Desktop Services' keys",
  ]);
});

test("user rights of a security template become lists of users and groups", () => {
  const template = `[Unicode]
Unicode=yes
[Version]
signature="$CHICAGO$"
Revision=1
[Privilege Rights]
SeRemoteInteractiveLogonRight = *S-1-5-32-544,*S-1-5-32-555,CONTOSO\\Office
SeDenyRemoteInteractiveLogonRight = *S-1-5-32-546,*S-1-5-21-1-2-3-1104,Everyone
SeNetworkLogonRight = *S-1-1-0
SeBackupPrivilege = *S-1-5-32-544
`;
  const bytes = Uint8Array.from([0xff, 0xfe, ...utf16Bytes(template.replaceAll("\n", "\r\n"))]);
  const { taken, notes } = importFile(bytes, { path: "t.inf", administrators: "wheel" });

  assert.equal(
    importedToml(taken, "Default Domain Policy").tables,
    `[ComputerPolicy."Default Domain Policy"]
SeRemoteInteractiveLogonRight = ["@wheel","@remote-desktop-users","@Office"]  # t.inf: line 7
SeDenyRemoteInteractiveLogonRight = ["*"]  # t.inf: line 8
`,
  );
  assert.deepEqual(
    notes.map(({ is, at }) => `${is} ${at}`),
    [
      "suspicious t.inf: line 7",
      "suspicious t.inf: line 7",
      "notHere t.inf: line 8",
      "suspicious t.inf: line 8",
      "notHere t.inf: line 9",
      "notHere t.inf: [Privilege Rights]",
    ],
  );
});

test("a right whose holders have no names here is not taken: an empty list would keep everybody out", () => {
  const { taken, notes } = importFile(
    utf8Bytes("[Privilege Rights]\nSeRemoteInteractiveLogonRight = *S-1-5-21-1-2-3-500\n"),
    {
      path: "t.inf",
      administrators: "sudo",
    },
  );

  assert.deepEqual([taken, notes.map(({ is }) => is)], [[], ["suspicious", "wrong"]]);
});

test("a Registry.pol of a folder User is of users", () => {
  const bytes = Uint8Array.from([
    ...utf8Bytes("PReg"),
    1,
    0,
    0,
    0,
    ...utf16Bytes("[SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services\0;MaxIdleTime\0;"),
    4,
    0,
    0,
    0,
    ...utf16Bytes(";"),
    4,
    0,
    0,
    0,
    ...utf16Bytes(";"),
    0x60,
    0xea,
    0,
    0,
    ...utf16Bytes("]"),
  ]);
  const into = (path: string, hive?: "user") =>
    importFile(bytes, { path, hive, administrators: "" }).taken.map((each) => `${each.into} ${String(each.value)}`);

  assert.deepEqual(
    [into("GPO/Machine/Registry.pol"), into("GPO/User/Registry.pol"), into("Registry.pol", "user")],
    [["computerPolicy 60000"], ["userPolicy 60000"], ["userPolicy 60000"]],
  );
});

test("whatever the bytes, the import throws nothing, and what it writes can be taken up", () => {
  check(
    property(uint8Array({ maxLength: 300 }), (noise) => {
      for (const start of ["REGEDIT4\n", "PReg\u0001\0\0\0", "[Privilege Rights]\n", ""]) {
        const bytes = Uint8Array.from([...utf8Bytes(start), ...noise]);
        const { top, tables } = importedToml(importFile(bytes, { path: "x", administrators: "sudo" }).taken, "x");
        assert.equal(parseConfiguration(`${top}\n${tables}`).is, "read");
      }
    }),
    { numRuns: 1000 },
  );
});

function imported(text: string) {
  const bytes = utf8Bytes(`Windows Registry Editor Version 5.00\n${text}`);
  const { taken, notes } = importFile(bytes, { path: "a.reg", administrators: "sudo" });
  const { top, tables } = importedToml(taken, "gpo");
  assert.equal(parseConfiguration(`${top}${tables}`).is, "read");
  return {
    toml: `${top}${tables}`,
    notes: notes.map(({ is, at, text: what }) => `${is} ${at.slice("a.reg: ".length)}: ${what}`),
  };
}

function byLine(a: string, b: string): number {
  const line = (note: string) => Number(/line (\d+)/u.exec(note)?.[1]);
  return line(a) - line(b);
}
