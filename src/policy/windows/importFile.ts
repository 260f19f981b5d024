import { limits } from "#base/limits.ts";
import { importRights } from "./importRights.ts";
import { importValues, type Imported, type ImportNote } from "./importValues.ts";
import { readRegFile } from "./regFile.ts";
import { isRegistryPol, readRegistryPol } from "./registryPol.ts";
import type { WindowsFile } from "./registryValue.ts";
import { isSecurityTemplate, readSecurityTemplate } from "./securityTemplate.ts";
import { windowsText } from "./windowsText.ts";

export interface ImportOptions {
  /** Its path: the place of each note begins with it, and the folder tells whose a Registry.pol is. */
  readonly path: string;
  /** Whose a Registry.pol is, where the path does not tell. */
  readonly hive?: "machine" | "user" | undefined;
  /** The Unix group that stands for Windows' Administrators. */
  readonly administrators: string;
}

/** What a `.reg`, a `Registry.pol` or a `GptTmpl.inf` means here. Never throws, whatever the bytes. */
export function importFile(bytes: Uint8Array, options: ImportOptions): Imported {
  const { path } = options;
  if (limits.policyFileBytes < bytes.length) {
    return { taken: [], notes: [{ is: "wrong", at: path, text: `is longer than ${limits.policyFileBytes} bytes` }] };
  }
  const file = readWindowsFile(bytes, options);
  if (file === undefined) {
    return { taken: [], notes: [{ is: "wrong", at: path, text: "is no .reg, no Registry.pol and no GptTmpl.inf" }] };
  }
  const unread = file.problems.map(({ at, text }): ImportNote => ({ is: "wrong", at, text }));
  const [values, rights] = [importValues(file.values), importRights(file.rights, options)];
  const placed = <T extends { readonly at: string }>(each: T): T => ({ ...each, at: `${path}: ${each.at}` });
  return {
    taken: [...values.taken, ...rights.taken].map(placed),
    notes: [...unread, ...values.notes, ...rights.notes].map(placed),
  };
}

function readWindowsFile(bytes: Uint8Array, { path, hive }: ImportOptions): WindowsFile | undefined {
  if (isRegistryPol(bytes))
    return readRegistryPol(bytes, hive ?? (/(?:^|[\\/])user[\\/]/iu.test(path) ? "user" : "machine"));
  const text = windowsText(bytes);
  if (/^\s*(?:Windows Registry Editor Version|REGEDIT4)/u.test(text)) return readRegFile(text);
  return isSecurityTemplate(text) ? readSecurityTemplate(text) : undefined;
}
