import type { OperatorFunction } from 'rxjs';
import type { Load } from './Load.js';

/**
 * Turns a stream of loads into a stream of targets, each a number of workers. The manager rounds a target up and
 * clamps it to base … max. When a policy completes, its last target stays.
 */
export type ScalingPolicy = OperatorFunction<Load, number>;
