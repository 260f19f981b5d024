import assert from "node:assert/strict";
import { test } from "node:test";
import { parseKernelTrace } from "./kernelEvents.ts";

test("the kernel's trace is read as what has arrived, was read and was written, in its order", () => {
  const calls = `# tracer: nop
#
# entries-in-buffer/entries-written: 5/5   #P:2
#
    connection 1-28249   [000] ..... 66478.656893: sys_read(fd: 0x16, buf: 0x19a3a390, count: 0x10000)
    connection 1-28249   [000] ..... 66478.656918: sys_read -> 0x36
    connection 1-28249   [000] .N... 66478.659889: sys_write(fd: 0x19, buf: 0x19dc7a50, count: 0x48)
    connection 1-28249   [000] ..... 66478.660559: sys_read(fd: 0x19, buf: 0x199f38c0, count: 0x10000)
    connection 1-28249   [000] ..... 66478.660564: sys_read -> 0xfffffffffffffff5
`;
  const arrivals = `# entries-in-buffer/entries-written: 1/1   #P:2
        xfreerdp-28279   [001] ..s2. 66478.656489: tcp_probe: family=AF_INET src=127.0.0.1:46279 data_len=27
`;

  assert.deepEqual(
    parseKernelTrace([calls, arrivals]).map((event) => ({ ...event, at: Math.round(event.at) })),
    [
      { at: 66_478_656_489, is: "arrived" },
      { at: 66_478_656_918, is: "read", descriptor: 22 },
      { at: 66_478_659_889, is: "write", descriptor: 25 },
    ],
  );
});

test("a trace of which the kernel has lost something is no trace", () => {
  assert.throws(
    () => parseKernelTrace(["# entries-in-buffer/entries-written: 5/7   #P:2\n"]),
    /of 7 events .* kept 5/u,
  );
});
