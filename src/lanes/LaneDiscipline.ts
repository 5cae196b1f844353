/** The values of one priority that wait. */
export interface Lane {
  readonly priority: number;
}

/**
 * Decides in which order the lanes are served. It knows of the lanes in which something waits: the open ones. It is
 * asked while they change, and must not queue, cancel or start anything itself.
 */
export interface LaneSchedule {
  /** The lane was empty, and a value comes into it. */
  open(lane: Lane): void;
  /** The lane is empty. */
  close(lane: Lane): void;
  /**
   * The open lane whose turn it is, and which has it: a value of it is taken. Called only while a lane is open; one
   * that is not open is an error of the output, as what the schedule throws.
   */
  next(): Lane;
}

/** How lanes share what serves them: makes a schedule for each subscription. See `strict` and `weighted`. */
export type LaneDiscipline = () => LaneSchedule;
