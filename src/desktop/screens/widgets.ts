/** What a screen shows, as plain data from top to bottom; see layout.ts for places and paint.ts for looks. */
export interface View {
  /** At the right of the header: the host that the user talks to. */
  readonly host: string;
  /** The id of the widget that keys go to. */
  readonly focus: string | undefined;
  /** A wide card suits text, a narrow one suits fields. */
  readonly width: "narrow" | "wide";
  readonly widgets: readonly Widget[];
  /** One line at the bottom: which keys do what. */
  readonly hint: string;
}

export type Tone = "error" | "warning" | "information";

export type Widget =
  | { readonly is: "heading"; readonly text: string; readonly tone?: Tone }
  | { readonly is: "paragraph"; readonly text: string; readonly muted?: boolean }
  | { readonly is: "notice"; readonly text: string; readonly tone: Tone }
  | FieldWidget
  | { readonly is: "buttons"; readonly buttons: readonly ButtonWidget[] }
  | { readonly is: "list"; readonly id: string; readonly rows: readonly ListRow[]; readonly selected: number }
  /** What is going on; the text changes, nothing moves by itself. */
  | { readonly is: "progress"; readonly text: string }
  | { readonly is: "log"; readonly lines: readonly string[] }
  /** Names and values beside each other, for a code and the like. */
  | { readonly is: "facts"; readonly facts: readonly (readonly [name: string, value: string])[] };

export interface FieldWidget {
  readonly is: "field";
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Shown as dots. */
  readonly secret: boolean;
  /** Before which character, counted in code points. */
  readonly caret: number;
}

export interface ButtonWidget {
  readonly id: string;
  readonly label: string;
  /** The one that Enter means. */
  readonly primary: boolean;
}

export interface ListRow {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
}
