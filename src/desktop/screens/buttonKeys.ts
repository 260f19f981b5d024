import type { Size } from "#base/geometry.ts";
import type { Key } from "../desktop.ts";
import { layOut, widgetAt } from "./layout.ts";
import type { ScreenEvent } from "./screenEvent.ts";
import type { View } from "./widgets.ts";

/** Whether an event presses the only button of a screen: a click on it, Enter, space or Escape. */
export function pressesButton(view: View, button: string, event: ScreenEvent, size: Size): boolean {
  return presses(view, button, event, size, { keys: [0x1c, 0x01, 0x39], characters: [0x0d, 0x1b, 0x20] });
}

/** Whether an event gives up: a click on that button, or Escape. */
export function givesUp(view: View, button: string, event: ScreenEvent, size: Size): boolean {
  return presses(view, button, event, size, { keys: [0x01], characters: [0x1b] });
}

function presses(
  view: View,
  button: string,
  event: ScreenEvent,
  size: Size,
  by: { readonly keys: readonly number[]; readonly characters: readonly number[] },
): boolean {
  switch (event.is) {
    case "key":
      return event.down && isOneOf(event.key, by.keys);
    case "pointer":
      return event.pressed === "left" && widgetAt(layOut(view, size), event.at)?.id === button;
    case "character":
      return event.down && by.characters.includes(event.codePoint);
    case "locks":
      return false;
  }
}

/** Enter is on the number pad, too. */
function isOneOf(key: Key, scanCodes: readonly number[]): boolean {
  const { scanCode, extended, extended1 } = key;
  return !extended1 && scanCodes.includes(scanCode) && (!extended || scanCode === 0x1c);
}
