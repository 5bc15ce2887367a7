/**
 * The sandbox's clock for a Worker: its purge must run through its periods when a drill moves the clock by a month, and what it writes must
 * not seem to come from the future. workerd has no clock that can be set, so `Date` is replaced ahead of the Worker's own code; its
 * instances stay the language's own. With the clock as the machine's, the code runs as it was uploaded.
 *
 * Not moved: timers, and the alarms of Durable Objects, which workerd calls by the machine's clock.
 *
 * @param code an ES module or a script
 */
export function withClock(code: string, offsetSeconds: number): string {
  if (offsetSeconds === 0) return code;
  const offset = offsetSeconds * 1000;
  // On the first line, so that the line numbers of errors stay.
  const prelude =
    `{ const own = Date, now = () => own.now() + ${offset}; globalThis.Date = new Proxy(own, { ` +
    "construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made === globalThis.Date ? target : made), " +
    "apply: (target) => new target(now()).toString(), " +
    'get: (target, name) => (name === "now" ? now : Reflect.get(target, name)) }); } ';
  return prelude + code;
}
