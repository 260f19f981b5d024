import assert from "node:assert/strict";
import { test } from "node:test";
import { integer, listOf, object, oneOf, optional, text, variants } from "./shape.ts";

const person = object({ name: text, age: optional(integer({ from: 0, to: 150 })) });
const act = variants({
  greet: object({ whom: listOf(person, { atMost: 2 }) }),
  leave: object({ how: oneOf("quietly") }),
});

test("a shape keeps what it knows and drops the rest", () => {
  assert.deepEqual(person.parse({ name: "anna", hair: "red" }), { name: "anna" });
  assert.deepEqual(act.parse({ is: "greet", whom: [{ name: "anna", age: 3 }] }), {
    is: "greet",
    whom: [{ name: "anna", age: 3 }],
  });
});

test("a shape says which member is wrong and what it must be", () => {
  assert.throws(() => person.parse({ name: "anna", age: 151 }), {
    message: "age must be a whole number from 0 to 150",
  });
  assert.throws(() => act.parse({ is: "greet", whom: [{}] }, "act"), { message: "act.whom[0].name must be text" });
  assert.throws(() => act.parse({ is: "sing" }, "act"), { message: "act.is must be greet or leave" });
  assert.throws(() => act.parse({ is: "leave", how: "loudly" }, "act"), { message: 'act.how must be "quietly"' });
});
