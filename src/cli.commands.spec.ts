import { readCommand, UsageError } from './cli.commands.js';

describe('what is typed on the command line', () => {
  it.each([
    [[], /^Usage:/],
    [['client:sing'], /^Usage:/],
    [['__proto__'], /^Usage:/],
    [['client:add'], /^Usage:/],
    [['client:add', 'two', 'names'], /^Usage:/],
    [['client:list', 'more'], /^Usage:/],
    [['client:revoke'], /^Usage:/],
    [['client:revoke', 'team', '--all'], /'--all'/],
    [['knowledge:load'], /^Usage:/],
    [['client:add', 'team', '--expires-in-days', '0'], /^--expires-in-days takes/],
    [['client:add', 'team', '--expires-in-days', 'soon'], /^--expires-in-days takes/],
    [['client:add', 'team', '--expires-in-days', '1.5'], /^--expires-in-days takes/],
    [['client:add', 'team', '--expires-in-days'], /'--expires-in-days/],
    [['client:add', 'team', '--expires', '5'], /'--expires'/],
    [['client:set', 'team', '--break-max-bytes', '63'], /^--break-max-bytes takes/],
    [['client:set', 'team'], /^--break-max-bytes takes/],
  ])('is refused before anything is opened: %j', (args, why) => {
    expect(() => readCommand(args)).toThrow(UsageError);
    expect(() => readCommand(args)).toThrow(why);
  });

  it.each([
    [['client:add', 'team']],
    [['client:add', 'team', '--expires-in-days', '30']],
    [['client:add', '--expires-in-days=30', '--', '--odd name']],
    [['client:list']],
    [['client:set', 'team', '--break-max-bytes', '0']],
    [['client:revoke', 'team']],
    [['knowledge:load', './docs']],
  ])('is taken: %j', (args) => {
    expect(readCommand(args)).toBeInstanceOf(Function);
  });
});
