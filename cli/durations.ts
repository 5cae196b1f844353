/** The units of time, in ms. */
export const units = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

export type Unit = keyof typeof units;

export const isUnit = (text: string): text is Unit => Object.hasOwn(units, text);

/**
 * @param text - as in `2s`, `150ms`, `1.5m`; a number without a unit is in ms
 * @returns ms, or `undefined` if the text is no duration >= 0
 */
export const parseDuration = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)$/.exec(text.trim());
  if (!match) return undefined;
  const unit = match[2] === '' ? 'ms' : match[2]!;
  if (!isUnit(unit)) return undefined;
  const ms = Number(match[1]) * units[unit];
  return Number.isFinite(ms) ? ms : undefined;
};

/** A duration in ms, in three digits, as in `12.3 ms`, `1.94 s`, `1:05:00 h`. */
export const formatDuration = (ms: number): string => {
  if (ms < 999.5) return `${formatNumber(ms)} ms`;
  if (ms < 59_950) return `${formatNumber(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  const clock = formatClock(seconds);
  return `${clock} ${seconds < 3600 ? 'min' : 'h'}`;
};

/** Seconds as `m:ss` or `h:mm:ss`. */
export const formatClock = (seconds: number): string => {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = seconds < 3600 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? part : String(part).padStart(2, '0'))).join(':');
};

/** A number >= 0 in three digits. Integers have all digits, with separators. */
export const formatNumber = (value: number): string => {
  if (Number.isInteger(value) || value >= 1000) return Math.round(value).toLocaleString('en-US');
  if (value < 0.0005) return '0';
  return Number(value.toPrecision(3)).toString();
};

/** As in `1 task`, `2,000 tasks`. */
export const plural = (count: number, noun: string): string =>
  `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
