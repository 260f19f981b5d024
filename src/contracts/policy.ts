import { limits } from "#base/limits.ts";
import {
  boolean,
  integer,
  listOf,
  object,
  oneOf,
  optional,
  text,
  variants,
  type ShapeValue,
} from "#base/shape/shape.ts";
import { nothing } from "./contract.ts";
import { wallTimeShape } from "./facts.ts";

const lineShape = integer({ from: 1, to: limits.policyFileBytes });

/** A value as JSON, "" for one that is not set; its source in words; the line, where it stands in the file. */
const sourcedMembers = { value: text, source: text, line: optional(lineShape) };

const settingShape = object({
  name: text,
  ...sourcedMembers,
  kind: oneOf("computerPolicy", "userPolicy", "listener", "userAccount", "default"),
  /** How many more there are. */
  ignoredMore: optional(integer({ from: 1, to: limits.policies * 3 })),
  ignored: listOf(object({ ...sourcedMembers, because: text, concerns: boolean }), { atMost: limits.policies * 2 + 2 }),
});
export type ResolvedSetting = ShapeValue<typeof settingShape>;

/** How the configuration's file stands to what is in force. */
export const policyStandingShape = object({
  file: text,
  inForceSince: wallTimeShape,
  /** It says something else by now; with `problems`: something that cannot be taken up, a line each with its place. */
  changed: boolean,
  problems: listOf(text, { atMost: 1000 }),
});
export type PolicyStanding = ShapeValue<typeof policyStandingShape>;

const mayShape = object({
  may: boolean,
  /** A sentence. */
  because: text,
});

/** What holds, for a user or for the host, and why. */
export const policyReply = variants({
  resolved: object({
    standing: policyStandingShape,
    /** Absent: the host itself was asked about. */
    person: optional(
      object({
        user: text,
        groups: listOf(text, { atMost: limits.policyPrincipals }),
        isAdministrator: boolean,
        signIn: mayShape,
        /** At the administrator's door. */
        door: mayShape,
      }),
    ),
    settings: listOf(settingShape, { atMost: 1000 }),
  }),
  noUser: nothing,
  /** No policy of this name is in force. */
  noPolicy: object({ names: listOf(text, { atMost: 2 * limits.policies }) }),
  denied: object({ why: text }),
});
export type PolicyReply = ShapeValue<typeof policyReply>;
export type ResolvedPolicy = Extract<PolicyReply, { is: "resolved" }>;
