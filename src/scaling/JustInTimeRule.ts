import { clamp } from './clamp.js';
import { endsOf, type GivenLoad } from './ends.js';
import { FAR } from './far.js';
import { LateTasks } from './LateTasks.js';
import type { Why } from './Load.js';
import { withPeak, type Peak } from './peaks.js';
import { TaskDurations } from './TaskDurations.js';
import { WorkersOnOrder } from './WorkersOnOrder.js';

/** What `justInTimeStaffing` had in mind at a look. Times are in ms. */
export interface JustInTimeDecision extends Why {
  /** The number of workers that the policy asked for. */
  readonly target: number;
  /** Whether a worker that is ordered now comes in time for the tasks that wait now. */
  readonly inTime: boolean;
  /** How long a task may wait. */
  readonly allowed: number;
  /** How long a worker is busy for a task; 1 before the first end of a task. */
  readonly duration: number;
  /** Workers that were ordered and have no task. While tasks wait, these are not up. */
  readonly onOrder: number;
  /** How many standard deviations of the expected ends are not trusted, or are kept as spare workers; -2 to 8. */
  readonly caution: number;
  /** With fewer workers than this the pool grows. */
  readonly least: number;
  /** More workers than this are not needed. */
  readonly most: number;
  /** The highest `most` of the last `hold` ms, rounded up. */
  readonly kept: number;
  /** How long a worker that is not needed is kept. */
  readonly hold: number;
}

/** @internal */
export interface JustInTimeSettings {
  /** How long a task may wait, in ms; as long as a worker takes to come up if it is not given. */
  readonly wait: number | undefined;
  /** How many reversals there may be for each task. */
  readonly reversals: number;
}

/** The load is looked at so often at most, so no task is served sooner by a worker that is ordered for it. */
const SHORTEST_WAIT = 10;

/** The part of all tasks that may be late. Tasks are also late by chance: so at most one in a hundred is. */
const LATE = 0.007;

/** How far one late task moves the caution, and one reversal the logarithm of the hold. */
const STEP = 0.05;

/** How long before the first look the time begins, in ms. */
const BEFORE = 500;

/** The time after which an arrival counts for 1/e, to which the startup time is added. */
const MEMORY = 10_000;

/** Arrivals that count for less in all are forgotten at rest: a spare worker would be kept for their sake for two hours. */
const FORGOTTEN = 0.01;

/**
 * The rule of `justInTimeStaffing`, without time or streams: the same looks give the same decisions.
 *
 * ```
 * load ─▶ duration ─┐
 *      ─▶ caution ──┼─▶ least, most ─▶ kept ─▶ target
 *      ─▶ on order ─┘                  ▲ hold ◀─ reversals
 * ```
 *
 * The caution and the hold are steered: the caution by the tasks that were late, the hold by the reversals.
 *
 * @internal
 */
export class JustInTimeRule {
  readonly #settings: JustInTimeSettings;
  readonly #durations = new TaskDurations();
  readonly #late = new LateTasks();
  readonly #orders = new WorkersOnOrder();
  /** The greatest numbers of workers within the last `#hold` ms that a look allowed. */
  #peaks: readonly Peak[] = [];
  /** -2 … 8. */
  #caution = 2;
  /** In ms. */
  #hold = 300;
  /** Per ms, with a memory of `MEMORY` and the startup time. */
  #arrivalRate = 0;
  /** The direction of the last change of the target; 0 before the first. */
  #direction = 0;
  #last: Last | undefined;
  /** The last change of the target: from which number, and what to go back to if it was not made. */
  #change: { readonly from: number; readonly direction: number; readonly hold: number } | undefined;

  constructor(settings: JustInTimeSettings) {
    this.#settings = settings;
  }

  look(load: GivenLoad): JustInTimeDecision {
    const { time, queued, busy, current } = load;
    const startup = Math.min(load.startupTime ?? 0, FAR);
    const ends = endsOf(load);
    const inSystem = queued + busy;
    // What was long before the first look is not counted: the policy may have been started anew.
    const start = Math.max(0, time - BEFORE);
    const last = this.#last ?? { time: start, ends, arrived: ends, busyTime: load.busyTime };
    const elapsed = clamp(time - last.time, 0, FAR);
    const arrived = Math.max(0, ends + inSystem - last.arrived);
    this.#last = { time, ends, arrived: ends + inSystem, busyTime: load.busyTime };
    this.#revertUnmade(current);

    const { inTime, allowed } = this.#allowed(startup);
    // A load that was made by hand says how many workers are busy, and not for how long.
    const counted =
      load.busyTime === undefined ? busy * elapsed : load.busyTime - (last.busyTime ?? 0);
    this.#durations.look(Math.max(0, ends - last.ends), clamp(counted, 0, FAR));
    const late = this.#late.look(time, arrived, queued, allowed);
    this.#learnCaution(inTime ? late : Math.min(1, late), arrived);
    const memory = MEMORY + startup;
    this.#arrivalRate = this.#arrivalRate * Math.exp(-elapsed / memory) + arrived / memory;
    if (inSystem === 0 && this.#arrivalRate * memory < FORGOTTEN) this.#arrivalRate = 0;
    const onOrder = Math.max(0, current - busy);
    this.#orders.keep(onOrder);

    const { least, most, reason } = inTime
      ? this.#needInTime(load, allowed, startup, onOrder)
      : this.#needAhead(inSystem, startup);
    this.#peaks = withPeak(this.#peaks, time, Math.ceil(most), this.#hold);
    const kept = this.#peaks[0]!.workers;
    const atLeast = inTime ? kept : Math.min(current, kept);
    const target = clamp(Math.max(Math.ceil(least), atLeast), load.base, load.max);
    this.#orders.add(time, target - current);
    this.#steerHold(current, target, arrived, startup);

    return {
      reason,
      target,
      least,
      most,
      kept,
      inTime,
      allowed,
      onOrder,
      duration: this.#durations.mean,
      caution: this.#caution,
      hold: this.#hold,
    };
  }

  /** Whether a worker that is ordered now comes in time for what waits now, and how long a task may wait. */
  #allowed(startup: number): { inTime: boolean; allowed: number } {
    const { wait } = this.#settings;
    if (wait !== undefined && wait < 0.9 * startup) return { inTime: false, allowed: wait };
    return { inTime: true, allowed: Math.max(wait ?? SHORTEST_WAIT, startup) };
  }

  /** More caution for each task that was late, and a little less for each task: a constant part is late. */
  #learnCaution(late: number, arrived: number): void {
    this.#caution = clamp(this.#caution + STEP * (late - LATE * arrived), -2, 8);
  }

  /**
   * A worker is ordered for a task only if no other worker gets to the task in time. One that comes early enough serves
   * more than one task.
   */
  #needInTime(
    { time, queued, busy }: GivenLoad,
    allowed: number,
    startup: number,
    onOrder: number,
  ): Need {
    if (queued === 0) return { least: busy, most: busy, reason: `tasks running: ${busy}` };
    const upTime = this.#orders.ages(time, startup) + onOrder * (allowed - startup);
    const ends = this.#durations.endsWithin(busy * allowed + upTime);
    const trusted = Math.max(0, ends - this.#caution * Math.sqrt(ends));
    const left = Math.max(0, queued - onOrder - trusted);
    const each = this.#durations.hasEnds ? 1 + (allowed - startup) / this.#durations.mean : 1;
    const least = busy + onOrder + left / each;
    const reason = `tasks waiting: ${queued}, workers on order: ${onOrder}, tasks that will end in time: about ${shorten(trusted)}`;
    return { least, most: least, reason };
  }

  /** Workers that are ordered now come too late, so there must be spare ones: square-root staffing. */
  #needAhead(inSystem: number, startup: number): Need {
    const ahead = startup / 2;
    const offered = this.#durations.hasEnds
      ? (inSystem + (this.#arrivalRate * ahead) / 2) / (1 + ahead / this.#durations.mean)
      : inSystem;
    const root = Math.sqrt(offered);
    const least = offered + Math.min(this.#caution, 3) * root;
    const reason = `workers come too late for what waits, so there are spare ones: ${shorten(offered)} workers for the tasks, ${shorten(least - offered)} spare`;
    return { least, most: least + root, reason };
  }

  /** A longer hold after a reversal, and a shorter one with each task: so many reversals for each task. */
  #steerHold(current: number, target: number, arrived: number, startup: number): void {
    const direction = Math.sign(target - current);
    const turned = direction !== 0 && direction === -this.#direction ? 1 : 0;
    const hold = (reversals: number): number =>
      clamp(
        this.#hold * Math.exp(STEP * (reversals - this.#settings.reversals * arrived)),
        Math.max(50, startup / 8),
        300 + 5 * (startup + this.#durations.mean),
      );
    this.#change =
      direction === 0 ? undefined : { from: current, direction: this.#direction, hold: hold(0) };
    this.#hold = hold(turned);
    if (direction !== 0) this.#direction = direction;
  }

  /** A lower target of a look on arrival is not taken: no change, no reversal. */
  #revertUnmade(current: number): void {
    const change = this.#change;
    if (change?.from !== current) return;
    this.#direction = change.direction;
    this.#hold = change.hold;
  }
}

/** What the next look is compared with. */
interface Last {
  readonly time: number;
  readonly ends: number;
  readonly arrived: number;
  readonly busyTime: number | undefined;
}

/** How many workers the tasks need, and why. */
type Need = Pick<JustInTimeDecision, 'least' | 'most' | 'reason'>;

const shorten = (value: number): number => Number(value.toFixed(1));
