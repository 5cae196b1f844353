import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const read = (path: string) => readFileSync(path, 'utf8');
const withoutCode = (text: string) => text.replace(/^```.*?^```$|`[^`\n]*`/gms, '');

const docs = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name));
const pages = ['README.md', 'CONTRIBUTING.md', 'examples/README.md', ...docs];

describe('A page of the documentation', () => {
  /** Records, which grow: of figures, and of what was decided. */
  const records = ['docs/decisions.md', 'docs/mutation.md', 'docs/performance.md'];

  it.each(['README.md', ...docs.filter((path) => !records.includes(path))])(
    'has at most 150 lines: %s',
    (path) => {
      expect(read(path).trimEnd().split('\n').length).toBeLessThanOrEqual(150);
    },
  );

  it.each(pages)('links to files and headings that exist: %s', (page) => {
    const links = [
      ...withoutCode(read(page)).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g),
    ];
    const broken = links
      .filter(([, path = '', heading]) => {
        const target = path === '' ? page : normalize(join(dirname(page), path));
        if (!existsSync(target)) return true;
        return heading !== undefined && !headingsOf(target).includes(heading);
      })
      .map(([link]) => link);
    expect(broken).toEqual([]);
  });

  it.each(docs.filter((path) => path !== 'docs/README.md'))(
    'is in the overview of the guides: %s',
    (path) => {
      expect(read('docs/README.md')).toContain(`](${path.slice('docs/'.length)})`);
    },
  );
});

describe('The table of rooms', () => {
  it('allows the imports that dependency-cruiser allows', () => {
    expect(shownRooms()).toEqual(enforcedRooms());
  });

  it('has a row for every folder of the sources', () => {
    const folders = readdirSync('src').filter((name) => statSync(join('src', name)).isDirectory());
    const rows = [...read('docs/architecture.md').matchAll(/^\| `([a-z]+)`/gm)];
    expect(rows.map(([, room]) => room).sort()).toEqual(folders.sort());
  });
});

describe('The page of the engine', () => {
  it('shows the tables that the engine runs by', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'tools/tables.mjs', '--check'],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

/** The anchors that GitHub gives to the headings of a page. */
const headingsOf = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

type Rooms = Record<string, string[]>;

/** What each room may import, by the page. */
const shownRooms = (): Rooms => {
  const rooms: Rooms = {};
  const rows = read('docs/architecture.md').matchAll(/^\| `(\w+)` +\|[^|]*\| ([^|;]*)/gm);
  for (const [, room = '', imports = ''] of rows) {
    if (imports.startsWith('the public face')) continue; // an entry point
    const above = Object.keys(rooms);
    const named = [...imports.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    if (imports.startsWith('all rooms above')) named.push(...above);
    if (imports.startsWith('the bottom')) named.push(...above.slice(0, 4));
    rooms[room] = named.map((name) => (name === 'Load' ? 'scaling/Load' : name)).sort();
  }
  return rooms;
};

/** The same by the rules, in a process of its own: the config is an ES module, and jest runs CommonJS. */
const enforcedRooms = (): Rooms => {
  const script = `
    import config from './dependency-cruiser.config.js';
    console.log(JSON.stringify(config.forbidden));
  `;
  const rules = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }),
  ) as { name: string; to: { pathNot: string[] } }[];
  return Object.fromEntries(
    rules
      .filter(({ name }) => name.startsWith('room-'))
      .map(({ name, to: { pathNot } }) => {
        const room = name.slice('room-'.length);
        const others = pathNot.map((pattern) => pattern.replace(/^\^src\/|\[\/\.\]$/g, ''));
        return [room, others.filter((other) => other !== room).sort()];
      }),
  );
};
