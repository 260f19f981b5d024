import { between, type Instant } from "#base/units.ts";
import type { AutoDetectRequest, AutoDetectResponse } from "../../share/message/autoDetect.ts";
import type { Measurement } from "./connectState.ts";

/** What a client does about a measurement of its server. MS-RDPBCGR 3.2.5.14. */
export function answerDetection(
  request: AutoDetectRequest,
  measurement: Measurement | undefined,
  now: Instant,
): { readonly measurement: Measurement | undefined; readonly response?: AutoDetectResponse } {
  const { sequence } = request;
  switch (request.is) {
    case "roundTripRequest":
      return { measurement, response: { is: "roundTripResponse", sequence } };
    case "bandwidthStart":
      return { measurement: { since: now, byteCount: 0 } };
    case "bandwidthStop": {
      if (measurement === undefined) return { measurement };
      const phase = request.phase === "connecting" ? "connecting" : "continuous";
      const duration = Math.max(0, Math.round(between(measurement.since, now)));
      const { byteCount } = measurement;
      return { measurement: undefined, response: { is: "bandwidthResults", sequence, phase, duration, byteCount } };
    }
    case "bandwidthPayload":
    case "networkCharacteristics":
      return { measurement };
  }
}
