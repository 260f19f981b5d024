import assert from "node:assert/strict";
import { test } from "node:test";
import { decideRights, rightsAskForGroups, type Rights, type RightsQuestion } from "./rights.ts";

const everybody: Rights = { SeRemoteInteractiveLogonRight: undefined, SeDenyRemoteInteractiveLogonRight: [] };
const anna: RightsQuestion = { user: "anna", groups: ["anna", "office"], isAdministrator: false, asksForDoor: false };

test("without rights everybody may sign in", () => {
  assert.equal(decideRights(everybody, anna).is, "allowed");
});

test("who is allowed himself, by a group of his or with everybody may, and who is not is told who may", () => {
  const asked = (allowed: readonly string[]) => told({ ...everybody, SeRemoteInteractiveLogonRight: allowed }, anna);

  assert.deepEqual([["anna"], ["@office"], ["*"], ["office"], ["@sales", "boris"], []].map(asked), [
    "SeRemoteInteractiveLogonRight names “anna”",
    "SeRemoteInteractiveLogonRight names “@office”",
    "SeRemoteInteractiveLogonRight names “*”",
    "HF-SIGN-13 office",
    "HF-SIGN-13 @sales, boris",
    "HF-SIGN-13 nobody",
  ]);
});

test("denial counts before permission, and names its rule", () => {
  const asked = (denied: readonly string[]) =>
    told({ SeRemoteInteractiveLogonRight: ["anna"], SeDenyRemoteInteractiveLogonRight: denied }, anna);

  assert.deepEqual([["@office"], ["*"], ["@office", "anna"], ["boris"]].map(asked), [
    "HF-SIGN-12 @office",
    "HF-SIGN-12 *",
    "HF-SIGN-12 anna",
    "SeRemoteInteractiveLogonRight names “anna”",
  ]);
});

test("nothing but his own name in a denial closes the door to an administrator, and only the door is open", () => {
  const rights = (denied: readonly string[]): Rights => ({
    SeRemoteInteractiveLogonRight: ["boris"],
    SeDenyRemoteInteractiveLogonRight: denied,
  });
  const atDoor = { ...anna, isAdministrator: true, asksForDoor: true };

  for (const denied of [[], ["*"], ["@office"]]) assert.equal(decideRights(rights(denied), atDoor).is, "allowed");
  assert.equal(told(rights(["*", "anna"]), atDoor), "HF-SIGN-12 anna");
  assert.equal(told(rights([]), { ...atDoor, asksForDoor: false }), "HF-SIGN-13 boris");
  assert.equal(told(rights(["@office"]), { ...atDoor, isAdministrator: false }), "HF-SIGN-12 @office");
});

test("the directory is asked for groups only where a right names one", () => {
  const denied = (names: readonly string[]) => ({ ...everybody, SeDenyRemoteInteractiveLogonRight: names });

  assert.deepEqual([denied([]), denied(["anna", "*"]), denied(["@office"])].map(rightsAskForGroups), [
    false,
    false,
    true,
  ]);
});

function told(rights: Rights, question: RightsQuestion): string {
  const decision = decideRights(rights, question);
  if (decision.is === "allowed") return decision.because;
  const { refusal } = decision;
  if (refusal.code === "HF-SIGN-12") return `${refusal.code} ${refusal.rule}`;
  return refusal.code === "HF-SIGN-13" ? `${refusal.code} ${refusal.allowed}` : refusal.code;
}
