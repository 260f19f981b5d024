import type { Size } from "#base/geometry.ts";
import { layOut, widgetAt } from "./layout.ts";
import type { ScreenEvent } from "./screenEvent.ts";
import { newScreenKeyboard, pressKey, type KeyStroke } from "./screenKeyboard.ts";
import type { ListRow, Tone, View, Widget } from "./widgets.ts";

/** Something to choose, and what can be done with it; the first is what Enter means. */
export interface ChoiceRow extends ListRow {
  readonly actions: readonly { readonly id: string; readonly label: string }[];
}

/** Lets the user choose one of several things and what to do with it: a session, a seat. */
export interface ChooserScreen {
  readonly is: "chooser";
  readonly host: string;
  readonly title: string;
  readonly explanation: string;
  /** What became of the last choice. */
  readonly notice?: { readonly text: string; readonly tone: Tone } | undefined;
  readonly rows: readonly ChoiceRow[];
  readonly selected: number;
  /** "rows", "cancel", or the id of one of the selected row's actions. */
  readonly focus: string;
}

export type ChooserAction =
  | { readonly is: "choose"; readonly id: string; readonly action: string }
  | { readonly is: "cancel" };

export function chooserScreen(given: Omit<ChooserScreen, "is" | "selected" | "focus">): ChooserScreen {
  return { is: "chooser", ...given, selected: 0, focus: "rows" };
}

/** The same choice after things have changed: what was selected stays so, if it is still there. */
export function refreshed(screen: ChooserScreen, now: Pick<ChooserScreen, "explanation" | "rows" | "notice">) {
  const id = screen.rows[screen.selected]?.id;
  const found = now.rows.findIndex((row) => row.id === id);
  const selected = found === -1 ? Math.max(0, Math.min(screen.selected, now.rows.length - 1)) : found;
  return withFocus({ ...screen, ...now, selected }, found === -1 ? "rows" : screen.focus);
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
  if (hit?.row !== undefined) return { model: withFocus({ ...screen, selected: hit.row }, "rows") };
  return hit === undefined || hit.id === "rows" ? { model: screen } : perform(screen, hit.id);
}

export function viewChooser(screen: ChooserScreen): View {
  const { notice } = screen;
  const told: readonly Widget[] = notice === undefined ? [] : [{ is: "notice", ...notice }];
  const actions = actionsOf(screen);
  const [first] = actions;
  return {
    host: screen.host,
    focus: screen.focus,
    width: "wide",
    widgets: [
      { is: "heading", text: screen.title },
      { is: "paragraph", text: screen.explanation },
      ...told,
      { is: "list", id: "rows", rows: screen.rows, selected: screen.selected },
      {
        is: "buttons",
        buttons: [
          { id: "cancel", label: "Cancel", primary: first === undefined },
          ...actions.toReversed().map(({ id, label }) => ({ id, label, primary: id === first?.id })),
        ],
      },
    ],
    hint: `↑ ↓: select · Tab: next button${first === undefined ? "" : ` · Enter: ${first.label}`} · Esc: cancel`,
  };
}

function press(screen: ChooserScreen, stroke: KeyStroke): { model: ChooserScreen; action?: ChooserAction } {
  switch (stroke.is) {
    case "escape":
      return { model: screen, action: { is: "cancel" } };
    case "tab":
      return { model: withFocus(screen, focusAfter(screen)) };
    case "up":
      return { model: withFocus({ ...screen, selected: Math.max(0, screen.selected - 1) }, "rows") };
    case "down":
      return {
        model: withFocus({ ...screen, selected: Math.min(screen.rows.length - 1, screen.selected + 1) }, "rows"),
      };
    case "enter":
      return perform(screen, screen.focus === "rows" ? (actionsOf(screen)[0]?.id ?? "rows") : screen.focus);
    default:
      return { model: screen };
  }
}

function perform(screen: ChooserScreen, button: string): { model: ChooserScreen; action?: ChooserAction } {
  if (button === "cancel") return { model: screen, action: { is: "cancel" } };
  const row = screen.rows[screen.selected];
  const action = actionsOf(screen).find(({ id }) => id === button);
  if (row === undefined || action === undefined) return { model: screen };
  return { model: screen, action: { is: "choose", id: row.id, action: action.id } };
}

function actionsOf(screen: ChooserScreen): ChoiceRow["actions"] {
  return screen.rows[screen.selected]?.actions ?? [];
}

/** From the rows to the first action, through the others, to Cancel and back. */
function focusAfter(screen: ChooserScreen): string {
  const stops = ["rows", ...actionsOf(screen).map(({ id }) => id), "cancel"];
  return stops[(stops.indexOf(screen.focus) + 1) % stops.length] ?? "rows";
}

function withFocus(screen: ChooserScreen, focus: string): ChooserScreen {
  const isThere = focus === "cancel" || actionsOf(screen).some(({ id }) => id === focus);
  return { ...screen, focus: isThere ? focus : "rows" };
}

const unshifted = newScreenKeyboard(0x0409);
