import type { Size } from "#base/geometry.ts";
import { layOut, widgetAt } from "./layout.ts";
import type { ScreenEvent } from "./screenEvent.ts";
import { newScreenKeyboard, pressKey, withLocks, type KeyStroke, type ScreenKeyboard } from "./screenKeyboard.ts";
import { editField, insertText, newTextField, type TextField } from "./textField.ts";
import type { Tone, View, Widget } from "./widgets.ts";

export interface Notice {
  readonly text: string;
  readonly tone: Tone;
}

/** Asks who wants in: a name and a password, or whatever PAM asks further. */
export interface SignInScreen {
  readonly is: "signIn";
  readonly host: string;
  readonly title: string;
  readonly explanation: string | undefined;
  readonly fields: readonly TextField[];
  /** The id of a field, "submit" or "cancel". */
  readonly focus: string;
  readonly notice: Notice | undefined;
  /** What is being waited for after "submit"; keys do nothing meanwhile but Escape. */
  readonly busy: string | undefined;
  readonly keyboard: ScreenKeyboard;
}

export type SignInAction =
  /** By the id of the field. */
  { readonly is: "submit"; readonly values: Readonly<Record<string, string>> } | { readonly is: "cancel" };

/** The first question. `keyboardLayout`: from the client's core data. Names that are known already are filled in. */
export function signInScreen(given: {
  readonly host: string;
  readonly keyboardLayout: number;
  readonly user?: string;
  /** Given: the field for the domain is shown. */
  readonly domain?: string;
  readonly notice?: Notice;
}): SignInScreen {
  const fields = [
    newTextField({ id: "user", label: "User name", value: given.user ?? "", secret: false }),
    newTextField({ id: "password", label: "Password", value: "", secret: true }),
    ...(given.domain === undefined
      ? []
      : [newTextField({ id: "domain", label: "Domain", value: given.domain, secret: false })]),
  ];
  return {
    is: "signIn",
    host: given.host,
    title: "Sign in",
    explanation: undefined,
    fields,
    focus: given.user === undefined || given.user === "" ? "user" : "password",
    notice: given.notice,
    busy: undefined,
    keyboard: newScreenKeyboard(given.keyboardLayout),
  };
}

/** PAM asks more: a code, a new password. The answers come by the ids of the prompts. */
export function askFurther(
  screen: SignInScreen,
  prompts: readonly { readonly id: string; readonly label: string; readonly secret: boolean }[],
  text: { readonly title: string; readonly explanation?: string; readonly notice?: Notice },
): SignInScreen {
  const fields = prompts.map((prompt) => newTextField({ ...prompt, value: "" }));
  const { title, explanation, notice } = text;
  const focus = fields[0]?.id ?? "submit";
  return { ...screen, title, explanation, fields, focus, notice, busy: undefined };
}

/** After a wrong password: the notice is shown, secrets are emptied, the caret stands in the first of them. */
export function tryAgain(screen: SignInScreen, notice: Notice): SignInScreen {
  const fields = screen.fields.map((field) => (field.secret ? newTextField({ ...field, value: "" }) : field));
  const focus = fields.find((field) => field.secret)?.id ?? fields[0]?.id ?? "submit";
  return { ...screen, fields, focus, notice, busy: undefined };
}

export function handleSignIn(
  screen: SignInScreen,
  event: ScreenEvent,
  size: Size,
): { readonly model: SignInScreen; readonly action?: SignInAction } {
  switch (event.is) {
    case "key": {
      const { keyboard, stroke } = pressKey(screen.keyboard, event.key, event.down);
      return stroke === undefined ? { model: { ...screen, keyboard } } : press({ ...screen, keyboard }, stroke);
    }
    case "character":
      return event.down
        ? press(screen, { is: "text", text: String.fromCodePoint(event.codePoint) })
        : { model: screen };
    case "locks":
      return { model: { ...screen, keyboard: withLocks(screen.keyboard, event.locks) } };
    case "pointer": {
      const hit = event.pressed === "left" ? widgetAt(layOut(viewSignIn(screen), size), event.at) : undefined;
      if (hit === undefined) return { model: screen };
      const model = { ...screen, focus: hit.id };
      return screen.fields.some((field) => field.id === hit.id) ? { model } : activate(model);
    }
  }
}

export function viewSignIn(screen: SignInScreen): View {
  const widgets: Widget[] = [{ is: "heading", text: screen.title }];
  if (screen.explanation !== undefined) widgets.push({ is: "paragraph", text: screen.explanation, muted: true });
  if (screen.notice !== undefined) widgets.push({ is: "notice", ...screen.notice });
  for (const field of screen.fields) {
    widgets.push({ is: "field", ...field });
    const warned = screen.keyboard.capsLock && field.secret && field.id === screen.focus;
    if (warned) widgets.push({ is: "notice", tone: "warning", text: "Caps Lock is on." });
  }
  if (screen.busy !== undefined) widgets.push({ is: "progress", text: screen.busy });
  widgets.push({
    is: "buttons",
    buttons: [
      { id: "cancel", label: "Cancel", primary: false },
      { id: "submit", label: "Sign in", primary: true },
    ],
  });
  return { host: screen.host, focus: screen.focus, width: "narrow", widgets, hint: hintFor(screen.keyboard) };
}

function hintFor(keyboard: ScreenKeyboard): string {
  const layout = `Keyboard: ${keyboard.layout.toUpperCase()}`;
  const other = keyboard.other === undefined ? "" : ` (Alt+Shift: ${keyboard.other.toUpperCase()})`;
  return `Tab: next field · Enter: sign in · Esc: cancel · ${layout}${other}`;
}

function press(screen: SignInScreen, stroke: KeyStroke): { model: SignInScreen; action?: SignInAction } {
  if (stroke.is === "escape") return { model: screen, action: { is: "cancel" } };
  if (screen.busy !== undefined) return { model: screen };
  const field = screen.fields.find((each) => each.id === screen.focus);
  const edited = field === undefined ? undefined : editField(field, stroke);
  if (edited !== undefined) {
    const fields = screen.fields.map((each) => (each.id === edited.id ? edited : each));
    return { model: { ...screen, fields } };
  }
  switch (stroke.is) {
    case "tab":
      return { model: moveFocus(screen, stroke.back ? -1 : 1) };
    case "up":
    case "left":
      return { model: moveFocus(screen, -1) };
    case "down":
    case "right":
      return { model: moveFocus(screen, 1) };
    case "enter":
      return field === undefined ? activate(screen) : enterField(screen);
    case "text":
      return stroke.text === " " ? activate(screen) : { model: screen };
    default:
      return { model: screen };
  }
}

/** Enter goes on to the next field that is still empty, and signs in when there is none. */
function enterField(screen: SignInScreen): { model: SignInScreen; action?: SignInAction } {
  const at = screen.fields.findIndex((field) => field.id === screen.focus);
  const empty = screen.fields.find((field, index) => at < index && field.value === "" && field.id !== "domain");
  return empty === undefined ? submit(screen) : { model: { ...screen, focus: empty.id } };
}

function activate(screen: SignInScreen): { model: SignInScreen; action?: SignInAction } {
  if (screen.focus === "cancel") return { model: screen, action: { is: "cancel" } };
  return screen.focus === "submit" && screen.busy === undefined ? submit(screen) : { model: screen };
}

/** A name is needed; a password may be empty, that is for PAM to judge. */
function submit(screen: SignInScreen): { model: SignInScreen; action?: SignInAction } {
  const user = screen.fields.find((field) => field.id === "user");
  if (user?.value.trim() === "") {
    const notice = { tone: "information", text: "Please give your user name." } as const;
    return { model: { ...screen, focus: "user", notice } };
  }
  const values = Object.fromEntries(screen.fields.map((field) => [field.id, field.value]));
  return { model: { ...screen, busy: "Signing in …" }, action: { is: "submit", values } };
}

function moveFocus(screen: SignInScreen, by: number): SignInScreen {
  const order = [...screen.fields.map((field) => field.id), "submit", "cancel"];
  const at = order.indexOf(screen.focus);
  return { ...screen, focus: order[(at + by + order.length) % order.length]! };
}

/** For callers that paste: text goes into the field with the focus. */
export function typeInto(screen: SignInScreen, text: string): SignInScreen {
  const fields = screen.fields.map((field) => (field.id === screen.focus ? insertText(field, text) : field));
  return { ...screen, fields };
}
