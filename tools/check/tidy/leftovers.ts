import { eachMatch, type Rule } from "./rule.ts";

/** What is to be done stands in the tracker; a note in the code names its number. */
export const numberedNotes: Rule = (file) => {
  if (!/\.(?:ts|sh|md)$/u.test(file.path) || file.path.startsWith("tools/check/")) return [];
  return eachMatch(file, file.text, /\b(?:TODO|FIXME|XXX|HACK)\b(?! ?\(?#\d+)/gu, ([found]) => ({
    what: `${found} without a number`,
    instead: "do it, or write its number: (#12)",
  }));
};

/** Names that hold on the machine of one developer only. */
export const thisMachine: Rule = (file) => {
  if (file.path.startsWith("tools/check/tidy/")) return [];
  const pattern =
    /(?<![\w.])\/(?:work|farm)\/[\w.]*|\bregistry\.(?:npmjs|yarnpkg)\.\w+|\/home\/(?!linuxbrew\b)[a-z]\w+\/\w+\/\w+/gu;
  return eachMatch(file, file.text, pattern, ([found]) => ({
    what: `names ${found}, which is of one machine`,
    instead: "a path from the project's root",
  }));
};

/** Download addresses bind a clone to one registry. */
export const lockFile: Rule = (file) => {
  if (!file.path.endsWith("package-lock.json")) return [];
  return eachMatch(file, file.text, /"resolved": "https?:[^"]*"/gu, ([found]) => ({
    what: `holds a download address: ${found.slice(0, 60)}`,
    instead: "npm install with omit-lockfile-registry-resolved=true, as .npmrc has it",
  })).slice(0, 3);
};
