import type { Size } from "#base/geometry.ts";
import { layOut, widgetAt } from "./layout.ts";
import type { ScreenEvent } from "./screenEvent.ts";
import { newScreenKeyboard, pressKey, type KeyStroke } from "./screenKeyboard.ts";
import type { ListRow, View } from "./widgets.ts";

/** Lets the user choose one of several things: a session, a seat. */
export interface ChooserScreen {
  readonly is: "chooser";
  readonly host: string;
  readonly title: string;
  readonly explanation: string;
  /** INVARIANT: at least one. */
  readonly rows: readonly ListRow[];
  readonly selected: number;
  readonly focus: "rows" | "choose" | "cancel";
  /** What the button says: "Connect", "Ask". */
  readonly verb: string;
}

export type ChooserAction = { readonly is: "choose"; readonly id: string } | { readonly is: "cancel" };

export function chooserScreen(given: Omit<ChooserScreen, "is" | "selected" | "focus">): ChooserScreen {
  if (given.rows.length === 0) throw new Error("there is nothing to choose from");
  return { is: "chooser", ...given, selected: 0, focus: "rows" };
}

export function handleChooser(
  screen: ChooserScreen,
  event: ScreenEvent,
  size: Size,
): { readonly model: ChooserScreen; readonly action?: ChooserAction } {
  if (event.is === "key") {
    const { stroke } = pressKey(unshifted, event.key, event.down);
    return stroke === undefined ? { model: screen } : press(screen, stroke);
  }
  if (event.is !== "pointer" || event.pressed !== "left") return { model: screen };
  const hit = widgetAt(layOut(viewChooser(screen), size), event.at);
  if (hit?.id === "cancel") return { model: screen, action: { is: "cancel" } };
  if (hit?.id === "choose") return choose(screen);
  return hit?.row === undefined ? { model: screen } : { model: { ...screen, focus: "rows", selected: hit.row } };
}

export function viewChooser(screen: ChooserScreen): View {
  return {
    host: screen.host,
    focus: screen.focus,
    width: "wide",
    widgets: [
      { is: "heading", text: screen.title },
      { is: "paragraph", text: screen.explanation },
      { is: "list", id: "rows", rows: screen.rows, selected: screen.selected },
      {
        is: "buttons",
        buttons: [
          { id: "cancel", label: "Cancel", primary: false },
          { id: "choose", label: screen.verb, primary: true },
        ],
      },
    ],
    hint: `↑ ↓: select · Enter: ${screen.verb.toLowerCase()} · Esc: cancel`,
  };
}

function press(screen: ChooserScreen, stroke: KeyStroke): { model: ChooserScreen; action?: ChooserAction } {
  switch (stroke.is) {
    case "escape":
      return { model: screen, action: { is: "cancel" } };
    case "tab":
      return { model: { ...screen, focus: focusAfter[screen.focus] } };
    case "up":
      return { model: { ...screen, selected: Math.max(0, screen.selected - 1) } };
    case "down":
      return { model: { ...screen, selected: Math.min(screen.rows.length - 1, screen.selected + 1) } };
    case "enter":
      return screen.focus === "cancel" ? { model: screen, action: { is: "cancel" } } : choose(screen);
    default:
      return { model: screen };
  }
}

function choose(screen: ChooserScreen): { model: ChooserScreen; action?: ChooserAction } {
  return { model: screen, action: { is: "choose", id: screen.rows[screen.selected]!.id } };
}

const focusAfter = { rows: "choose", choose: "cancel", cancel: "rows" } as const;
const unshifted = newScreenKeyboard(0x0409);
