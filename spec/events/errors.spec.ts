import {
  InvalidConfigError,
  MaxRetriesExceededError,
  OnCreateFunctionRequiredError,
  OnDestroyFunctionRequiredError,
  ResourceCreationError,
  ResourceReleaseTimeoutError,
  TaskCancelledError,
  TaskManagerStoppedError,
  TaskTimeoutError,
  WorkerCountMustBePositiveError,
} from '../../src/index.js';

const cause = new Error('the line is dead');

describe('errors', () => {
  it.each([
    ['InvalidConfigError', () => new InvalidConfigError('limit', 0, 'to be an integer >= 1')],
    ['WorkerCountMustBePositiveError', () => new WorkerCountMustBePositiveError(0)],
    ['OnCreateFunctionRequiredError', () => new OnCreateFunctionRequiredError(undefined)],
    ['OnDestroyFunctionRequiredError', () => new OnDestroyFunctionRequiredError(undefined)],
    ['ResourceCreationError', () => new ResourceCreationError(cause)],
    ['ResourceReleaseTimeoutError', () => new ResourceReleaseTimeoutError(30)],
    ['MaxRetriesExceededError', () => new MaxRetriesExceededError(3, cause)],
    ['TaskTimeoutError', () => new TaskTimeoutError(10)],
    ['TaskCancelledError', () => new TaskCancelledError()],
    ['TaskManagerStoppedError', () => new TaskManagerStoppedError()],
  ])('is an Error with a stable name and text (%s)', (name, create) => {
    const error = create();
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe(name);
    expect(String(error)).toBe(`${name}: ${error.message}`);
    expect(error.stack).toContain('errors.spec');
  });

  it.each([
    ['workerCount', () => new WorkerCountMustBePositiveError(-1), -1],
    ['onCreate', () => new OnCreateFunctionRequiredError('no'), 'no'],
    ['onDestroy', () => new OnDestroyFunctionRequiredError(null), null],
  ])('is an InvalidConfigError for a wrong %s', (field, create, value) => {
    const error = create();
    expect(error).toBeInstanceOf(InvalidConfigError);
    expect(error).toBeInstanceOf(RangeError);
    expect(error.field).toBe(field);
    expect(error.value).toBe(value);
  });

  it('carries the facts as fields', () => {
    expect(new TaskTimeoutError(10).timeout).toBe(10);
    expect(new ResourceReleaseTimeoutError(30).timeout).toBe(30);
    expect(new MaxRetriesExceededError(3, cause)).toMatchObject({ retries: 3, cause });
    expect(new ResourceCreationError(cause).cause).toBe(cause);
    expect(new TaskCancelledError(cause).cause).toBe(cause);
  });

  it.each([
    [
      () => new WorkerCountMustBePositiveError(0),
      'Expected `workerCount` to be an integer >= 1, got 0',
    ],
    [
      () => new OnCreateFunctionRequiredError(null),
      'Expected `onCreate` to be a function that makes a resource, got null',
    ],
    [
      () => new OnDestroyFunctionRequiredError(null),
      'Expected `onDestroy` to be a function that releases a resource, got null',
    ],
    [() => new ResourceCreationError(cause), 'A resource could not be created: the line is dead'],
    [() => new ResourceReleaseTimeoutError(30), 'A resource was not released within 30 ms'],
    [() => new MaxRetriesExceededError(2, 'text'), 'All 3 attempts of the task failed: text'],
    [() => new TaskTimeoutError(10), 'The task took longer than 10 ms'],
    [() => new TaskCancelledError(cause), 'The task was cancelled'],
    [
      () => new TaskManagerStoppedError(),
      'The task manager takes no more tasks: it has been stopped',
    ],
  ])('says what happened (%s)', (create, message) => {
    expect(create().message).toBe(message);
  });

  it('names the cause in the message', () => {
    expect(new ResourceCreationError(cause).message).toContain('the line is dead');
    expect(new ResourceCreationError('no text').message).toContain('no text');
    expect(new MaxRetriesExceededError(3, cause).message).toContain('the line is dead');
  });

  it.each([
    [-1, '-1'],
    [NaN, 'NaN'],
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    ['5', '"5"'],
    [5n, 'bigint'],
    [Symbol('s'), 'Symbol(s)'],
    [[1], 'object'],
    [{ a: 1 }, 'object'],
    [() => 1, 'function'],
  ])('describes the wrong value %p in one word or two', (value, described) => {
    const error = new InvalidConfigError('limit', value, 'an integer >= 1');
    expect(error.message).toBe(`Expected \`limit\` to be an integer >= 1, got ${described}`);
    expect(error.value).toBe(value);
  });
});
