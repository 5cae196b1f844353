/** Reads a file, if it is there. */
export type Read = (path: string) => string | undefined;

const ROOT = '/sys/fs/cgroup';

/**
 * The share of the memory that the container of this process has in use, 0 … 1: of the cgroup, or of one that it is in, that
 * is nearest to its limit. Without a limit below `total` the answer is `undefined`.
 *
 * What caches files and has not been used lately does not count, as in Kubernetes: the kernel gives it up first.
 *
 * @param total - the memory of the machine, in bytes; version 1 says no limit by one that is much higher
 */
export const cgroupMemory = (read: Read, total: number): number | undefined => {
  const lines = (read('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));
  // The memory is in one version only, and in version 1 where both are mounted.
  const first = lines.find(([, controllers]) => controllers?.split(',').includes('memory'));
  const second = lines.find(([id, controllers]) => id === '0' && controllers === '');
  const [, , path] = first ?? second ?? [];
  if (path === undefined) return undefined;
  const shareOf = first ? shareOfVersion1 : shareOfVersion2;
  const shares = upwards(path).flatMap((folder) => shareOf(read, folder, total) ?? []);
  return shares.length > 0 ? Math.min(1, Math.max(...shares)) : undefined;
};

/** The path of a cgroup, and those of the ones that it is in. In a container some of these may not be there. */
const upwards = (path: string): string[] => {
  const names = path.split('/').filter((name) => name !== '');
  return Array.from({ length: names.length + 1 }, (_, i) =>
    ['', ...names.slice(0, names.length - i)].join('/'),
  );
};

const shareOfVersion1 = (read: Read, path: string, total: number): number | undefined => {
  const file = (name: string): string | undefined => read(`${ROOT}/memory${path}/memory.${name}`);
  const limit = numberIn(file('limit_in_bytes'));
  if (!isLimit(limit, total)) return undefined;
  return share(numberIn(file('usage_in_bytes')), file('stat'), 'total_inactive_file', limit);
};

const shareOfVersion2 = (read: Read, path: string, total: number): number | undefined => {
  const file = (name: string): string | undefined => read(`${ROOT}${path}/memory.${name}`);
  // Above `high` the kernel makes all processes of the cgroup wait, above `max` it ends one.
  const limits = [file('high'), file('max')].map(numberIn).filter((each) => isLimit(each, total));
  if (limits.length === 0) return undefined;
  return share(numberIn(file('current')), file('stat'), 'inactive_file', Math.min(...limits));
};

const isLimit = (limit: number, total: number): boolean => limit > 0 && limit < total;

const share = (
  used: number,
  stat: string | undefined,
  cached: string,
  limit: number,
): number | undefined => {
  const [, inactive] = new RegExp(`^${cached} (\\d+)$`, 'm').exec(stat ?? '') ?? [];
  const part = Math.max(0, used - Number(inactive ?? 0)) / limit;
  return Number.isNaN(part) ? undefined : part;
};

/** NaN for a file that is not there, and for `max`. */
const numberIn = (text: string | undefined): number => Number.parseInt(text ?? '', 10);
