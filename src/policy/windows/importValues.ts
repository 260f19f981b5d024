import { unitSuspicion } from "../configuration/checkConfiguration.ts";
import { nearest, readSetting, type WindowsKey } from "../setting.ts";
import { declarationOf, settingNames, type SettingName } from "../settings.ts";
import type { RegistryData, RegistryValue } from "./registryValue.ts";
import { windowsKeys } from "./windowsKeys.ts";
import { windowsOnly } from "./windowsOnly.ts";

/** A setting that a file of Windows gives, and where in `holdfast.toml` it belongs. */
export interface TakenSetting {
  readonly into: "listener" | "computerPolicy" | "userPolicy";
  readonly name: SettingName;
  readonly value: unknown;
  /** Windows' name, where it is another. */
  readonly as: string;
  /** File and place. */
  readonly at: string;
}

/** What an administrator is to know about a value. */
export interface ImportNote {
  /** `unknown`: no such name; `notHere`: known to Windows, of no use here; `suspicious`: taken, and to be looked at. */
  readonly is: "unknown" | "notHere" | "suspicious" | "wrong";
  readonly at: string;
  readonly text: string;
}

export interface Imported {
  readonly taken: readonly TakenSetting[];
  readonly notes: readonly ImportNote[];
}

/** What the values of one file mean here. */
export function importValues(values: readonly RegistryValue[]): Imported {
  const taken = new Map<string, TakenSetting>();
  const notes: ImportNote[] = [];
  const elsewhere = new Map<string, { count: number; readonly at: string }>();
  for (const value of values) {
    const place = placeOf(value);
    if (place === undefined) {
      const known = elsewhere.get(value.key);
      if (known === undefined) elsewhere.set(value.key, { count: 1, at: value.at });
      else known.count++;
      continue;
    }
    const read = settingOf(value, place);
    notes.push(...read.notes);
    if (read.taken === undefined) continue;
    const key = `${read.taken.into} ${read.taken.name}`;
    if (taken.has(key))
      notes.push({ is: "suspicious", at: value.at, text: `${value.name} is given twice: the last counts` });
    taken.set(key, read.taken);
  }
  for (const [key, { count, at }] of elsewhere) {
    const text = `${count === 1 ? "a value" : `${count} values`} of ${key}, which is none of Remote Desktop Services' keys`;
    notes.push({ is: "notHere", at, text });
  }
  const kept = listenerValuesThatCount([...taken.values()], values);
  return { taken: kept.taken, notes: [...notes, ...kept.notes] };
}

/** Which of the keys that hold settings this is. */
function placeOf({ hive, key }: RegistryValue): WindowsKey | undefined {
  const plain = key.replace(/^SYSTEM\\ControlSet\d{3}\\/iu, "SYSTEM\\CurrentControlSet\\").toLowerCase();
  const place = keyNames.find((each) => windowsKeys[each].toLowerCase() === plain);
  if (place !== "POL") return hive === "machine" ? place : undefined;
  if (hive === "other") return undefined;
  return hive === "user" ? "POL of users" : "POL";
}

function settingOf(
  { name, data, at }: RegistryValue,
  place: WindowsKey,
): { readonly taken?: TakenSetting; readonly notes: readonly ImportNote[] } {
  const note = (is: ImportNote["is"], text: string) => ({ notes: [{ is, at, text }] });
  const setting = settingNames.find((each) => calledOnWindows(each)?.toLowerCase() === name.toLowerCase());
  if (setting === undefined) {
    const only = windowsOnly(name);
    if (only !== undefined) return note("notHere", `${name}: ${only}`);
    return note("unknown", `${name} is known to nobody${nearest(name, windowsNames)}`);
  }
  const declared = declarationOf(setting);
  if (declared.windows?.keys.includes(place) !== true) {
    return note(
      "notHere",
      `${name} means nothing in ${place}: Windows reads it in ${declared.windows?.keys.join(", ")}`,
    );
  }
  if (data.is === "deleted") return note("notHere", `${name} is taken away by the file: there is nothing to take`);
  if (data.is !== "number") return note("wrong", `${name} must be a number (REG_DWORD), and is ${dataWords(data)}`);
  const translated = declared.windows.translate?.(data.value) ?? data.value;
  const read = readSetting(declared, translated);
  if ("problem" in read) return note("wrong", `${name} is ${data.value}, and ${setting} ${read.problem}`);
  const into = place === "POL" ? "computerPolicy" : place === "POL of users" ? "userPolicy" : "listener";
  const notes = suspicions(setting, data).map((text): ImportNote => ({ is: "suspicious", at, text }));
  return { taken: { into, name: setting, value: read.value, as: name, at }, notes };
}

function suspicions(name: SettingName, { value, digits }: RegistryData & { readonly is: "number" }): readonly string[] {
  const found: string[] = [];
  if (digits !== undefined && looksDecimal(digits, value)) {
    found.push(
      `${name} is dword:${digits}, which is ${value}: .reg counts in hexadecimal. Was ${Number(digits)} meant?`,
    );
  }
  const unit = unitSuspicion(name, value);
  if (unit !== undefined) found.push(unit);
  if (name === "KeepAliveInterval" && 1000 <= value) {
    found.push(`KeepAliveInterval counts minutes: ${value} are ${Math.round(value / 1440)} days. Milliseconds?`);
  }
  return found;
}

/** Decimal digits that are round as they stand, and not as the hexadecimal number that they are. */
function looksDecimal(digits: string, value: number): boolean {
  return /^0*[1-9]\d*0$/u.test(digits) && value % 10 !== 0;
}

/**
 * The listener's values count on Windows only where its fInherit… is 0. Where the file says 1, they are left out; where
 * it says nothing, they are taken, and the administrator is told.
 */
function listenerValuesThatCount(taken: readonly TakenSetting[], values: readonly RegistryValue[]): Imported {
  const isSaid = (name: string) => values.some((each) => each.name.toLowerCase() === name.toLowerCase());
  const notes: ImportNote[] = [];
  const inherited = new Map<string, unknown>(
    taken.filter(({ name }) => name.startsWith("fInherit")).map(({ name, value }) => [name, value]),
  );
  const kept = taken.filter(({ name, into, at }) => {
    if (name.startsWith("fInherit")) return false;
    const { inheritedBy = "" } = declarationOf(name);
    if (into !== "listener" || inheritedBy === "") return true;
    if (inherited.get(inheritedBy) === 1) {
      const text = `${name} is not taken: ${inheritedBy} is 1, so that Windows asks the user's account instead`;
      notes.push({ is: "notHere", at, text });
      return false;
    }
    if (!isSaid(inheritedBy)) {
      const text = `${name} counts on Windows only with ${inheritedBy} = 0, which is not in the file; here it counts`;
      notes.push({ is: "suspicious", at, text });
    }
    return true;
  });
  return { taken: kept, notes };
}

function calledOnWindows(name: SettingName): string | undefined {
  const { windows } = declarationOf(name);
  return windows === undefined ? undefined : (windows.name ?? name);
}

function dataWords(data: RegistryData): string {
  switch (data.is) {
    case "text":
      return `text: “${data.text.slice(0, shownCharacters)}”`;
    case "list":
      return "a list of texts";
    case "bytes":
      return `${data.count} bytes`;
    default:
      return "nothing";
  }
}

const keyNames: readonly WindowsKey[] = ["POL", "RDPTCP", "TSKEY", "WINSTATIONS"];
const windowsNames = settingNames.flatMap((name) => calledOnWindows(name) ?? []);
const shownCharacters = 40;
