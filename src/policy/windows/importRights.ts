import type { SettingName } from "../settings.ts";
import type { ImportNote, Imported, TakenSetting } from "./importValues.ts";
import type { PrivilegeRight } from "./registryValue.ts";

/** What the rights of one file mean here. `administrators`: the Unix group that stands for Windows' Administrators. */
export function importRights(
  rights: readonly PrivilegeRight[],
  { administrators }: { readonly administrators: string },
): Imported {
  const taken: TakenSetting[] = [];
  const notes: ImportNote[] = [];
  let others = 0;
  for (const { name, holders, at } of rights) {
    const right = known.find((each) => each.toLowerCase() === name.toLowerCase());
    if (right === undefined) {
      const hint = networkRights[name.toLowerCase()];
      if (hint === undefined) others++;
      else notes.push({ is: "notHere", at, text: `${name}: ${hint}` });
      continue;
    }
    const read = holders.map((holder) => principalOf(holder, administrators));
    notes.push(...read.flatMap(({ note, is }) => (note === undefined ? [] : [{ is, at, text: `${right}: ${note}` }])));
    const value = [...new Set(read.flatMap(({ names }) => names))];
    if (value.length === 0 && 0 < holders.length) {
      notes.push({ is: "wrong", at, text: `${right} is not taken: none of its holders has a name here` });
    } else if (value.length === 0 && right === "SeRemoteInteractiveLogonRight") {
      notes.push({ is: "suspicious", at, text: `${right} names nobody: only administrators come in, with /admin` });
      taken.push({ into: "computerPolicy", name: right, value, as: name, at });
    } else taken.push({ into: "computerPolicy", name: right, value, as: name, at });
  }
  if (0 < others) notes.push({ is: "notHere", at: "[Privilege Rights]", text: `${others} other rights` });
  return { taken, notes };
}

interface Principal {
  readonly names: readonly string[];
  readonly is: ImportNote["is"];
  readonly note?: string;
}

function principalOf(holder: string, administrators: string): Principal {
  const sid = /^\*?(?<sid>S-1-[\d-]+)$/iu.exec(holder)?.groups?.["sid"];
  const group = sid === undefined ? builtIn[holder.replace(/^.*\\/u, "").toLowerCase()] : wellKnown[sid.toUpperCase()];
  switch (group) {
    case "administrators":
      return { names: [`@${administrators}`], is: "notHere" };
    case "remoteDesktopUsers":
      return {
        names: [remoteDesktopUsers],
        is: "suspicious",
        note: `Remote Desktop Users became ${remoteDesktopUsers}: make that Unix group, or write another`,
      };
    case "everybody":
      return { names: ["*"], is: "notHere" };
    case "nobodyHere":
      return { names: [], is: "notHere", note: `${holder} is left out: there is nothing like it here` };
    case undefined:
      break;
  }
  if (sid !== undefined) {
    return {
      names: [],
      is: "suspicious",
      note: `${sid} is left out: the file does not say whose it is. Add it by its name`,
    };
  }
  const name = holder.replace(/^.*\\/u, "").trim();
  if (name === "" || /[@*]/u.test(name))
    return { names: [], is: "wrong", note: `“${holder}” is left out: it is no name` };
  return {
    names: [`@${name}`],
    is: "suspicious",
    note: `“${holder}” was taken for a group: write "${name}" without the @ if it is a user`,
  };
}

type BuiltIn = "administrators" | "remoteDesktopUsers" | "everybody" | "nobodyHere";

/** MS-DTYP 2.4.2.4 */
const wellKnown: Readonly<Partial<Record<string, BuiltIn>>> = {
  "S-1-5-32-544": "administrators",
  "S-1-5-32-555": "remoteDesktopUsers",
  "S-1-1-0": "everybody",
  "S-1-5-11": "everybody",
  "S-1-5-32-545": "everybody",
  "S-1-5-32-546": "nobodyHere",
  "S-1-5-7": "nobodyHere",
  "S-1-5-113": "nobodyHere",
  "S-1-5-114": "nobodyHere",
};
const builtIn: Readonly<Partial<Record<string, BuiltIn>>> = {
  administrators: "administrators",
  "remote desktop users": "remoteDesktopUsers",
  everyone: "everybody",
  "authenticated users": "everybody",
  users: "everybody",
  guests: "nobodyHere",
  guest: "nobodyHere",
};
const remoteDesktopUsers = "@remote-desktop-users";
const known = [
  "SeRemoteInteractiveLogonRight",
  "SeDenyRemoteInteractiveLogonRight",
] as const satisfies readonly SettingName[];
const networkRights: Readonly<Partial<Record<string, string>>> = {
  senetworklogonright: "NLA asks for no right of its own here",
  sedenynetworklogonright: "NLA asks for no right of its own here; SeDenyRemoteInteractiveLogonRight keeps people out",
};
