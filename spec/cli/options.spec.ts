import { UsageError } from '../../cli/errors.js';
import { parseCommand } from '../../cli/options.js';

const words = (line: string): string[] => line.split(' ').filter((word) => word !== '');
const read = (line: string) => parseCommand(words(line));

describe('parseCommand', () => {
  it('reads a simulation with its defaults', () => {
    expect(read('simulate t.csv --base 2')).toEqual({
      name: 'simulate',
      file: 't.csv',
      trace: { sort: false },
      given: {
        base: 2,
        startup: 0,
        interval: 100,
        rateWindow: 10_000,
        policy: { name: 'justInTimeStaffing', parameters: {} },
      },
      isGiven: { policy: false, rateWindow: false },
      targets: [],
      recommend: false,
      runs: 200,
      json: false,
    });
  });

  it('reads every flag, before and after the trace', () => {
    const command = parseCommand([
      ...['simulate', '--base=2', '--max', '50', '--startup', '2s', '--interval', '50ms', 't.csv'],
      ...['--rate-window', '1m', '--policy', 'fixed(8)', '--at', 'when', '--at-unit', 's'],
      ...['--duration', '0.3*A + 30*B', '--duration-unit', 'us', '--priority', 'p', '--sort'],
      ...['--slo', 'p99=1s', '--html', 'r.html', '--json'],
    ]);
    expect(command).toEqual({
      name: 'simulate',
      file: 't.csv',
      trace: {
        ...{ at: 'when', atUnit: 's', duration: '0.3*A + 30*B', durationUnit: 'us' },
        ...{ priority: 'p', sort: true },
      },
      given: {
        ...{ base: 2, max: 50, startup: 2000, interval: 50, rateWindow: 60_000 },
        policy: { name: 'fixed', parameters: { count: 8 } },
      },
      isGiven: { policy: true, rateWindow: true },
      targets: [{ measure: 'p99', limit: 1000 }],
      ...{ recommend: false, runs: 200, html: 'r.html', json: true },
    });
  });

  it('reads the price of a start', () => {
    expect(read('simulate t.csv --base 2 --start-cost 5s')).toMatchObject({
      given: { startup: 0, startCost: 5000 },
    });
  });

  it('reads a comparison with its defaults', () => {
    expect(read('compare t.csv')).toEqual({
      name: 'compare',
      file: 't.csv',
      trace: { sort: false },
      given: { interval: 100, rateWindow: 10_000 },
      startups: [0],
      json: false,
    });
  });

  it('reads every flag of a comparison', () => {
    const line =
      'compare --base 2 --max 9 --startup 0,2s,1m --start-cost 3s --policy fixed(8) t.csv ' +
      '--plot p.svg --html r.html --json --sort';
    expect(read(line)).toMatchObject({
      given: { base: 2, max: 9, startCost: 3000 },
      startups: [0, 2000, 60_000],
      policy: { name: 'fixed', parameters: { count: 8 } },
      ...{ plot: 'p.svg', html: 'r.html', json: true, trace: { sort: true } },
    });
  });

  it('reads a sweep', () => {
    expect(read('simulate t.csv --base 2 --sweep max=2..4:1')).toMatchObject({
      sweep: { name: 'max', values: [2, 3, 4] },
    });
  });

  it('reads a search', () => {
    expect(read('simulate t.csv --recommend --slo p99=1s --runs 7')).toMatchObject({
      ...{ recommend: true, runs: 7, isGiven: { policy: false, rateWindow: false } },
    });
  });

  it('puts help and version first', () => {
    expect(read('--help')).toEqual({ name: 'help' });
    expect(read('-h')).toEqual({ name: 'help' });
    expect(read('simulate --version')).toEqual({ name: 'version' });
  });

  it.each([
    ['', 'the command is missing'],
    ['replay t.csv', 'there is no command "replay"; the commands are simulate and compare'],
    ['simulate', 'the trace is missing'],
    ['simulate a.csv b.csv', 'only one trace can be given, and "b.csv" is a second'],
    ['simulate t.csv --bas 2', '--bas is not known (did you mean --base?)'],
    ['simulate t.csv --ratewindow 2s', 'did you mean --rate-window?'],
    ['simulate t.csv -x', '-x is not known; --help lists all flags'],
    ['simulate t.csv --base', '--base needs a value: --base N'],
    ['simulate t.csv --base --max 3', '--base needs a value'],
    ['simulate t.csv --html= --base 2', '--html needs a value: --html FILE'],
    ['simulate t.csv --json=yes', '--json takes no value, got "yes"'],
    ['simulate t.csv --base 2 --base 3', '--base is given twice'],
    ['simulate t.csv --base 0', '--base 0: expected an integer >= 1'],
    ['simulate t.csv --base -2', '--base -2: expected an integer >= 1'],
    ['simulate t.csv --max 2.5', '--max 2.5: expected an integer >= 1'],
    ['simulate t.csv --startup soon', '--startup soon: expected a duration, as in 150ms, 2s or 1m'],
    ['simulate t.csv --rate-window 0', '--rate-window 0: expected a duration >= 1ms'],
    ['simulate t.csv --at-unit days', '--at-unit days: expected one of ns, us, ms, s, m, h'],
    ['simulate t.csv --policy best', '--policy best: expected one of'],
    ['simulate t.csv --slo fast', '--slo fast: expected a measure'],
    ['simulate t.csv --sweep max', '--sweep max: expected NAME=FROM..TO'],
    ['simulate t.csv --recommend', '--recommend needs a target'],
    ['simulate t.csv --recommend --slo p99=1s --sweep max=1..2', 'do not go together'],
    ['simulate t.csv --recommend --slo p99=1s --policy fixed(8)', 'write --policy fixed'],
    ['simulate t.csv --runs 3', '--runs is for --recommend only'],
    ['simulate t.csv --startup 0,2s', '--startup 0,2s: expected a duration'],
    ['simulate t.csv --start-cost much', '--start-cost much: expected a duration'],
    ['simulate t.csv --plot p.svg', '--plot is for compare only: leave it out'],
    ['compare', 'the trace is missing: rx-tasker compare TRACE.csv'],
    ['compare t.csv --slo p99=1s', '--slo is for simulate only: leave it out'],
    ['compare t.csv --recommend', '--recommend is for simulate only'],
    ['compare t.csv --sweep max=1..2', '--sweep is for simulate only'],
    ['compare t.csv --runs 3', '--runs is for simulate only'],
    ['compare t.csv --startup 0,soon', '--startup soon: expected a duration'],
    ['compare t.csv --startup 2s,2000', '--startup 2s,2000: a value is given twice'],
    ['compare t.csv --startup 2s,', '--startup : expected a duration'],
  ])('says what is wrong with "%s"', (line, message) => {
    expect(() => read(line)).toThrow(UsageError);
    expect(() => read(line)).toThrow(message);
  });
});
