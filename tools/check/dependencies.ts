import type { Findings, Problem } from "./problem.ts";
import type { SourceFile } from "./sourceFile.ts";

/** Each dependency has its reason in docs/decisions/, is imported or run by something, and has an exact version. */
export function checkDependencies(files: readonly SourceFile[]): Findings {
  const text = (path: string): string => files.find((file) => file.path === path)?.text ?? "";
  const described: Manifest = JSON.parse(text("package.json"));
  const versions = { ...described.dependencies, ...described.devDependencies, ...described.optionalDependencies };
  const reasons = [...text(decision).matchAll(/^\|(?<names>[^|]*)\|/gmu)].flatMap(({ groups }) =>
    [...(groups?.["names"] ?? "").matchAll(/`(?<name>[^`]+)`/gu)].map((match) => match.groups?.["name"] ?? ""),
  );
  const imported = files
    .filter(({ path }) => path.endsWith(".ts"))
    .map((file) => file.text)
    .join("\n");
  const problems: Problem[] = [];
  for (const [name, version] of Object.entries(versions)) {
    if (!reasons.includes(name)) problems.push({ path: decision, what: `has no line for ${name}`, instead: "say why" });
    if (!/^\d+\.\d+\.\d+$/u.test(version))
      problems.push({ path: "package.json", what: `${name} ${version} is not exact` });
    if (Object.hasOwn(described.dependencies, name) && !imported.includes(`"${name}"`)) {
      problems.push({ path: "package.json", what: `nothing imports ${name}`, instead: "npm uninstall it" });
    }
  }
  for (const name of reasons) {
    if (!Object.hasOwn(versions, name))
      problems.push({ path: decision, what: `tells of ${name}, which is no dependency` });
  }
  return { problems, looked: `${Object.keys(versions).length} packages` };
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

const decision = "docs/decisions/0002-dependencies.md";
