declare const brand: unique symbol;
/** A value of `T` that cannot be mistaken for another kind of `T`. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A session's number on this host, as `query session` shows it: 1 … 65535; 0 and 65536 are Windows' own. */
export type SessionId = Branded<number, "SessionId">;
/** A connection's number since the state folder was made: 1 and up. */
export type ConnectionId = Branded<number, "ConnectionId">;

export function sessionId(value: number): SessionId {
  if (!(Number.isInteger(value) && 0 <= value && value <= 65536)) throw new RangeError(`no session id: ${value}`);
  return value as SessionId;
}

export function connectionId(value: number): ConnectionId {
  if (!(Number.isInteger(value) && 1 <= value)) throw new RangeError(`no connection id: ${value}`);
  return value as ConnectionId;
}
