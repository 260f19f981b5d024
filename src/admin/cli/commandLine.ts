import type { FolderOptions } from "#system/folders.ts";
import type { SwitchForm } from "./command.ts";

/** What was asked for, once it is known to be well formed. Switches are asked for by their names in the declaration. */
export interface CommandLine<Switch extends string = string> {
  readonly operands: readonly string[];
  readonly folders: FolderOptions;
  readonly json: boolean;
  has(name: Switch): boolean;
  /** The values of a switch in the order given. */
  values(name: Switch): readonly string[];
}

/** The arguments without the switches that every command has. */
export interface SharedSwitches {
  readonly folders: FolderOptions;
  readonly help: boolean;
  readonly version: boolean;
  readonly rest: readonly Token[];
}

/** An argument: `/name`, `--name`, `-name`, with a value behind `:` or `=`; or a word. Names are in lower case. */
export type Token =
  | { readonly is: "switch"; readonly name: string; readonly value: string | undefined; readonly given: string }
  | { readonly is: "word"; readonly word: string };

export type Wrong = { readonly is: "wrong"; readonly problem: string };

/** `--` makes words of all that follow. */
export function tokens(args: readonly string[]): readonly Token[] {
  const end = args.indexOf("--");
  const switchable = end === -1 ? args : args.slice(0, end);
  const words = end === -1 ? [] : args.slice(end + 1);
  return [...switchable.map(token), ...words.map((word): Token => ({ is: "word", word }))];
}

/** Takes the folders, `/?` and `--version` out, wherever they stand. */
export function takeSharedSwitches(all: readonly Token[]): SharedSwitches | Wrong {
  const folders: { run?: string; state?: string; config?: string } = {};
  const rest: Token[] = [];
  let help = false;
  let version = false;
  for (let index = 0; index < all.length; index++) {
    const each = all[index];
    if (each === undefined) break;
    if (each.is === "word") rest.push(each);
    else if (helpNames.includes(each.name)) help = true;
    else if (each.name === "version") version = true;
    else if (each.name === "run" || each.name === "state" || each.name === "config") {
      const value = each.value ?? textOf(all[++index]);
      if (value === undefined || value === "") return { is: "wrong", problem: `${each.given} needs a path.` };
      folders[each.name] = value;
    } else rest.push(each);
  }
  return { folders, help, version, rest };
}

/** Reads what follows the command's own words by the forms of its switches. */
export function readCommandLine(
  given: readonly Token[],
  forms: Readonly<Record<string, SwitchForm>>,
  options: { readonly folders: FolderOptions; readonly hasJson: boolean },
): ({ readonly is: "read" } & CommandLine) | Wrong {
  const operands: string[] = [];
  const switches = new Map<string, string[]>();
  let json = false;
  for (let index = 0; index < given.length; index++) {
    const each = given[index];
    if (each === undefined) break;
    if (each.is === "word") {
      operands.push(each.word);
      continue;
    }
    if (each.name === "json" && options.hasJson) {
      json = true;
      continue;
    }
    const form = Object.hasOwn(forms, each.name) ? forms[each.name] : undefined;
    if (form === undefined) return { is: "wrong", problem: `There is no switch ${nameOnly(each.given)} here.` };
    if (form.takes === undefined && each.value !== undefined) {
      return { is: "wrong", problem: `/${each.name} takes no value.` };
    }
    const value = form.takes === undefined ? "" : (each.value ?? textOf(given[++index]));
    if (value === undefined)
      return { is: "wrong", problem: `/${each.name} needs a value: /${each.name}:${form.takes}` };
    switches.set(each.name, [...(switches.get(each.name) ?? []), value]);
  }
  return {
    is: "read",
    operands,
    folders: options.folders,
    json,
    has: (name) => switches.has(name),
    values: (name) => switches.get(name) ?? [],
  };
}

function token(given: string): Token {
  const match = switchPattern.exec(given);
  if (match === null) return { is: "word", word: given };
  return { is: "switch", name: (match[1] ?? "").toLowerCase(), value: match[2], given };
}

/** Without its value, which may be a password that somebody has given where none belongs. */
function nameOnly(given: string): string {
  return given.split(/[:=]/u, 1)[0] ?? given;
}

function textOf(following: Token | undefined): string | undefined {
  return following?.is === "word" ? following.word : following?.given;
}

/** A path such as /tmp/x is a word. */
const switchPattern = /^(?:--?|\/)([a-z?][a-z-]*)(?:[:=](.*))?$/isu;
const helpNames: readonly string[] = ["?", "help", "h"];
