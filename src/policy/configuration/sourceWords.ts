import type { Source } from "./resolution.ts";

/** Where a value comes from, for people. */
export function sourceWords(source: Source): string {
  switch (source.is) {
    case "computerPolicy":
      return `computer policy “${source.policy}”`;
    case "userPolicy":
      return `user policy “${source.policy}”${source.by.is === "group" ? ` (group ${source.by.group})` : ""}`;
    case "listener":
      return "listener";
    case "userAccount":
      return `account “${source.user}”`;
    case "default":
      return "default";
  }
}
