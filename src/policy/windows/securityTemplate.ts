import { limits } from "#base/limits.ts";
import type { PrivilegeRight, WindowsFile } from "./registryValue.ts";

/** The rights of a `GptTmpl.inf`: its section [Privilege Rights]; others are passed over. Never throws. MS-GPSB 2.2 */
export function readSecurityTemplate(text: string): WindowsFile {
  const rights: PrivilegeRight[] = [];
  const problems: { at: string; text: string }[] = [];
  let section = "";
  for (const [index, each] of text.split(/\r\n|\n|\r/u).entries()) {
    const line = each.trim();
    const at = `line ${index + 1}`;
    if (line === "" || line.startsWith(";")) continue;
    const heading = /^\[(?<name>[^\]]*)\]$/u.exec(line)?.groups?.["name"];
    if (heading !== undefined) section = heading.trim().toLowerCase();
    else if (section === "privilege rights") {
      const { name = "", holders = "" } = /^(?<name>[^=\s]+)\s*=(?<holders>.*)$/u.exec(line)?.groups ?? {};
      const names = holders
        .split(",")
        .map((holder) => holder.trim())
        .filter((holder) => holder !== "");
      if (name === "") problems.push({ at, text: "is no right: NAME = HOLDER,…" });
      else if (limits.policyPrincipals < names.length || limits.importedValues <= rights.length) {
        problems.push({ at, text: "names too many" });
      } else rights.push({ name, holders: names, at });
    }
  }
  return { values: [], rights, problems };
}

export function isSecurityTemplate(text: string): boolean {
  return /^\s*\[(?:unicode|version|privilege rights|system access)\]/imu.test(text);
}
