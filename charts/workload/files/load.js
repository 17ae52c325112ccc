// Ask one address again and again; how many at once, how long and what must hold is in options.json beside this file.
import http from "k6/http";
import { check } from "k6";

export const options = JSON.parse(open("./options.json"));

export default function () {
  const answer = http.get(__ENV.TARGET);
  check(answer, { "answered well": (given) => given.status >= 200 && given.status < 400 });
}

// The end of the log is all that is left of a run: the figures by themselves, without the escapes of a terminal.
export function handleSummary(data) {
  const figures = { thresholds: {}, requests: data.metrics.http_reqs.values, duration: data.metrics.http_req_duration.values };
  for (const [name, metric] of Object.entries(data.metrics)) {
    for (const [rule, verdict] of Object.entries(metric.thresholds || {})) {
      figures.thresholds[`${name} ${rule}`] = verdict.ok ? "passed" : "FAILED";
    }
  }
  return { stdout: `${JSON.stringify(figures, null, 2)}\n` };
}
