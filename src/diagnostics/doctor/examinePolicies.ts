import { checkConfiguration } from "#policy/configuration/checkConfiguration.ts";
import type { Configuration } from "#policy/configuration/configuration.ts";
import { resolveAll, resolveSetting, type Resolution } from "#policy/configuration/resolution.ts";
import { sourceWords } from "#policy/configuration/sourceWords.ts";
import { ok, warning, type Examined, type Finding } from "./finding.ts";

/** Who may sign in by the rights, and policies that contradict each other or look wrong. */
export function examinePolicies({ policy, folders }: Examined): readonly Finding[] {
  if (policy === undefined) return [];
  const { configuration, text } = policy;
  const suspicions = checkConfiguration(text).findings.filter(({ level }) => level === "warning");
  const odd = [
    ...suspicions.map(({ line, text: what }) => ({
      what: `${folders.config}:${line}: ${what}`,
      mend: "holdfast policy check",
    })),
    ...resolveAll(configuration).flatMap((each) => contradictions(each, folders.config)),
  ];
  const rows = odd.slice(0, rowsMax).map(({ what, mend }) => warning("policies", what, mend));
  const policies = configuration.computerPolicies.length + configuration.userPolicies.length;
  return [
    ...rights(configuration, folders.config),
    ...(0 < rows.length ? rows : [ok("policies", `${policies} policies, none of which contradicts another`)]),
  ];
}

function rights(configuration: Configuration, file: string): readonly Finding[] {
  const rows = (["SeRemoteInteractiveLogonRight", "SeDenyRemoteInteractiveLogonRight"] as const).flatMap((name) => {
    const { value, source, at } = resolveSetting(configuration, name);
    if (source.is === "default" || !Array.isArray(value)) return [];
    const place = `${sourceWords(source)}, ${file}${at === undefined ? "" : `:${at.line}`}`;
    const names = value.length === 0 ? "nobody" : value.slice(0, namesMax).join(", ");
    const says = name === "SeRemoteInteractiveLogonRight" ? `lets in ${names} alone` : `keeps out ${names}`;
    return [ok("rights", `${name} (${place}) ${says}`)];
  });
  return 0 < rows.length ? rows : [ok("rights", "everybody may sign in whom PAM lets in")];
}

/** Of two policies of a kind that say different things the first one counts; whoever wrote the second may not know. */
function contradictions({ name, value, source, at, ignored }: Resolution, file: string) {
  return ignored
    .filter((each) => each.source.is === source.is && source.is === "computerPolicy")
    .filter((each) => JSON.stringify(each.value) !== JSON.stringify(value))
    .map((each) => ({
      what:
        `${name}: ${sourceWords(source)} (${file}:${at?.line ?? "?"}) counts before ` +
        `${sourceWords(each.source)} (${file}:${each.at?.line ?? "?"}), which says otherwise`,
      mend: `holdfast policy why ${name}`,
    }));
}

const rowsMax = 5;
const namesMax = 5;
