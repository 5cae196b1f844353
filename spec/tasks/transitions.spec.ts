import {
  nextState,
  transitions,
  type TaskInput,
  type TaskState,
} from '../../src/tasks/transitions.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { moveOf, RunnerRig } from './RunnerRig.js';
import { scenarios, type Scenario, type Scenarios } from './scenarios.js';
import { unreachable } from './unreachable.js';

type Cell = [state: TaskState, input: TaskInput];
type Row = [...Cell, name: string, scenario: Scenario];

const states = Object.keys(transitions) as TaskState[];
const cells = states.flatMap((state) =>
  Object.keys(transitions[state]).map((input): Cell => [state, input as TaskInput]),
);
const inputs = [...new Set(cells.map(([, input]) => input))];
const others = states
  .flatMap((state) => inputs.map((input): Cell => [state, input]))
  .filter(([state, input]) => transitions[state][input] === undefined);

/** The scenarios of all cells, each with its name. */
const listOf = (all: Scenarios): Row[] =>
  Object.entries(all).flatMap(([state, row]) =>
    Object.entries(row).flatMap(([input, named]) =>
      Object.entries(named).map(([name, scenario]): Row => [
        state as TaskState,
        input as TaskInput,
        name,
        scenario,
      ]),
    ),
  );

afterEach(() => jest.restoreAllMocks());

describe('The table of transitions', () => {
  it('has a scenario for each of its cells, and for no other cell', () => {
    const played = listOf(scenarios).map(([state, input]) => `${state} ${input}`);
    expect([...new Set(played)].sort()).toEqual(cells.map((cell) => cell.join(' ')).sort());
  });

  it.each(listOf(scenarios))('moves from %s by %s: %s', (state, input, _, scenario) => {
    const next = transitions[state][input]!;
    expect(scenario.log).toContain(moveOf(state, input, next));
    expectToPlay(scenario);
  });

  it('throws for each cell that cannot occur', () => {
    const accepted = others.filter(([state, input]) => {
      try {
        return nextState(state, input);
      } catch (error) {
        expect(error).toEqual(new Error(`A task that is ${state} cannot get '${input}'`));
        return false;
      }
    });
    expect(accepted).toEqual([]);
  });

  it.each(listOf(unreachable))('has no cell for %s and %s: %s', (state, input, _, scenario) => {
    expect(transitions[state][input]).toBeUndefined();
    expectToPlay(scenario);
  });
});

/** Plays a scenario twice: with the input from outside, and from within a callback, where it is decided at once. */
const expectToPlay = ({ play, log }: Scenario): void => {
  const errors = unhandledErrors(() => {
    const outside = new RunnerRig(false);
    play(outside);
    const told = outside.log('told');
    const others = outside.log('decided', 'asked');
    expect(outside.log()).toEqual(log);
    outside.finish();

    const within = new RunnerRig(true);
    play(within);
    expect(within.log('told')).toEqual(told);
    expect(within.log('decided', 'asked')).toEqual(others);
    within.finish();
  });
  expect(errors).toEqual([]);
};
