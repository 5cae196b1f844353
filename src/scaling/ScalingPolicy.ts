import type { OperatorFunction } from 'rxjs';
import type { Load } from './Load.js';

/**
 * Turns a stream of loads into a stream of targets, each a number of workers. The manager rounds a target up and
 * clamps it to base … max. When a policy completes, its last target stays.
 *
 * ![scaling](../../marbles/scaling.svg)
 *
 * When the target falls, idle workers leave first, then those that are still starting. A busy one ends its task before it
 * leaves.
 */
export type ScalingPolicy = OperatorFunction<Load, number>;
