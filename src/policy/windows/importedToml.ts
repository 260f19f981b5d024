import type { TakenSetting } from "./importValues.ts";

/** What was taken, as the lines of `holdfast.toml`: those for its top, and those of the policies. */
export function importedToml(
  taken: readonly TakenSetting[],
  policy: string,
): { readonly top: string; readonly tables: string } {
  const lines = (into: TakenSetting["into"]) => taken.filter((each) => each.into === into).map(lineOf);
  const table = (kind: string, of: readonly string[]) =>
    of.length === 0 ? "" : `[${kind}.${keyText(policy)}]\n${of.join("")}`;
  const tables = [table("ComputerPolicy", lines("computerPolicy")), table("UserPolicy", lines("userPolicy"))];
  return { top: lines("listener").join(""), tables: tables.filter((each) => each !== "").join("\n") };
}

function lineOf({ name, value, as, at }: TakenSetting): string {
  const origin = as.toLowerCase() === name.toLowerCase() ? at : `${as}, ${at}`;
  return `${name} = ${tomlText(value)}  # ${origin.replace(/[^\P{Cc}]/gu, "?")}\n`;
}

/** Numbers and texts, and lists of them, are written in TOML as in JSON, but for the character DEL. */
function tomlText(value: unknown): string {
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}

function keyText(name: string): string {
  return /^[\w-]+$/u.test(name) ? name : tomlText(name);
}
