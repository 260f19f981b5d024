/** What the tests call of the npm package `x11` to speak with windows, besides what the product calls of it. */
import "x11";

declare module "x11" {
  interface Client {
    InternAtom(onlyIfExists: boolean, name: string, answer: Answer<number>): void;
    QueryTree(window: number, answer: Answer<{ readonly children: readonly number[] }>): void;
    /** `event`: its 32 bytes. */
    SendEvent(destination: number, propagate: boolean, eventMask: number, event: Buffer): void;
  }
}
