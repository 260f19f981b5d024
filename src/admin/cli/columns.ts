/** As Windows does: a name that does not fit ends in three dots. */
export function cut(name: string, width: number): string {
  return name.length <= width ? name : `${name.slice(0, width - 3)}...`;
}

/** The longest session name that the columns of Windows hold. */
export const sessionNameWidth = 16;
/** The longest user name that Windows has. */
export const userNameWidth = 20;

export function marker(own: boolean): string {
  return own ? ">" : " ";
}

/** Others' words without what would command a terminal. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}|\p{Bidi_Control}/gu, "?");
}
