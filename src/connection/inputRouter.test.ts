import assert from "node:assert/strict";
import { test } from "node:test";
import { HeadlessDesktop } from "#desktop/headless/headlessDesktop.ts";
import { InputRouter } from "./inputRouter.ts";

const size = { width: 800, height: 600 };
const locks = { scrollLock: false, numLock: true, capsLock: false, kanaLock: false };
const shift = { scanCode: 0x2a, extended: false, extended1: false };

test("a desktop lets go of everything when it is shown and when it is left", () => {
  const router = new InputRouter();
  const [first, second] = [desktop(), desktop()];

  router.route(first);
  assert.deepEqual(first.takeInput(), [{ is: "releaseAll" }]);
  router.receive([{ is: "key", key: shift, down: true }]);
  router.route(second);

  assert.deepEqual(first.takeInput(), [{ is: "key", key: shift, down: true }, { is: "releaseAll" }]);
  assert.deepEqual(second.takeInput(), [{ is: "releaseAll" }]);
  router.receive([{ is: "key", key: shift, down: true }]);
  router.route(undefined);
  router.receive([{ is: "key", key: shift, down: false }]);
  assert.deepEqual(first.takeInput(), []);
  assert.deepEqual(second.takeInput(), [{ is: "key", key: shift, down: true }, { is: "releaseAll" }]);
});

test("a desktop that is shown later learns where the pointer is and how the lock keys are", () => {
  const router = new InputRouter();
  const [first, second, third] = [desktop(), desktop(), desktop()];

  router.receive([
    { is: "synchronize", locks },
    { is: "pointerTo", at: { x: 200, y: 100 } },
  ]);
  router.route(first);
  router.receive([{ is: "button", button: "left", down: true, at: { x: 210, y: 100 } }]);
  router.route(second);
  router.receive([{ is: "pointerBy", offset: { x: 1, y: 1 } }]);
  router.route(third);

  const told = [{ is: "releaseAll" }, { is: "pointerTo", at: { x: 200, y: 100 } }, { is: "lockKeys", locks }];
  assert.deepEqual(first.takeInput().slice(0, 3), told);
  assert.deepEqual(second.takeInput().slice(0, 2), [{ is: "releaseAll" }, { is: "pointerTo", at: { x: 210, y: 100 } }]);
  assert.deepEqual(third.takeInput(), [{ is: "releaseAll" }, { is: "lockKeys", locks }]);
});

test("a client whose window gets the focus again has no key down, and says how its lock keys are", () => {
  const { router, shown } = routed();

  router.receive([
    { is: "key", key: shift, down: true },
    { is: "synchronize", locks },
  ]);

  assert.deepEqual(shown.takeInput(), [
    { is: "key", key: shift, down: true },
    { is: "releaseAll" },
    { is: "lockKeys", locks },
  ]);
});

test("every button is pressed where the client says, and a relative mouse goes on from where it is", () => {
  const { router, shown } = routed();

  for (const button of ["left", "middle", "right", "back", "forward"] as const) {
    router.receive([{ is: "button", button, down: true, at: { x: 700, y: 20 } }]);
    assert.deepEqual(shown.takeInput().at(-1), { is: "button", button, down: true, at: { x: 700, y: 20 } });
  }
  router.receive([
    { is: "pointerBy", offset: { x: -100, y: 5 } },
    { is: "relativeButton", button: "right", down: false, offset: { x: 1, y: 1 } },
  ]);

  assert.deepEqual(shown.takeInput(), [
    { is: "pointerTo", at: { x: 600, y: 25 } },
    { is: "pointerTo", at: { x: 601, y: 26 } },
    { is: "button", button: "right", down: false, at: { x: 601, y: 26 } },
  ]);
});

test("both wheels turn where the pointer is", () => {
  const { router, shown } = routed();

  router.receive([
    { is: "pointerTo", at: { x: 3, y: 4 } },
    { is: "wheel", vertical: -120, horizontal: 0 },
    { is: "wheel", vertical: 0, horizontal: 240 },
  ]);

  assert.deepEqual(shown.takeInput().slice(1), [
    { is: "wheel", vertical: -120, horizontal: 0, at: { x: 3, y: 4 } },
    { is: "wheel", vertical: 0, horizontal: 240, at: { x: 3, y: 4 } },
  ]);
});

test("a character outside the basic plane is typed once, from both of its halves; half of one is none", () => {
  const { router, shown } = routed();

  for (const unit of [0x44f, 0xd83d, 0xde00, 0xde00, 0xd83d, 0x61])
    router.receive([{ is: "unicode", unit, down: true }]);

  assert.deepEqual(
    shown.takeInput().map((input) => (input.is === "character" ? input.codePoint : input.is)),
    [0x44f, 0x1f600, 0x61],
  );
});

function desktop(): HeadlessDesktop {
  return new HeadlessDesktop({ size, sizeMax: size });
}

/** A router that has shown its desktop. */
function routed() {
  const [router, shown] = [new InputRouter(), desktop()];
  router.route(shown);
  shown.takeInput();
  return { router, shown };
}
