import { readCommand } from './commands.js';
import { UsageError } from './usage-error.js';

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
    [['client:set'], /^Usage:/],
    [['client:set', 'two', 'names'], /^Usage:/],
    [['client:set', 'team', '--break-max', '5'], /'--break-max'/],
    [['client:set', 'team', '--break'], /'--break/],
    [['client:set', 'team', '--break', 'yes'], /^--break takes on or off, or default$/],
    [['client:set', 'team', '--break', 'constructor'], /^--break takes/],
    [
      ['client:set', 'team', '--break-min-chars', '0'],
      /^--break-min-chars takes a whole number from 1 to 100000/,
    ],
    [['client:set', 'team', '--break-after-ms', '1.5'], /^--break-after-ms takes/],
    [['client:set', 'team', '--break-max-bytes', '63'], /^--break-max-bytes takes/],
    [['client:set', 'team', '--break-max-bytes', '10000001'], /^--break-max-bytes takes/],
    [['client:set', 'team', '--break-first-ms=-1'], /^--break-first-ms takes/],
    [['client:set', 'team', '--whole-answer', 'xml'], /^--whole-answer takes json or sse/],
    [['client:set', 'team', '--channel', 'email'], /^--channel takes wechat or web$/],
  ])('is refused before anything is opened: %j', (args, why) => {
    expect(() => readCommand(args)).toThrow(UsageError);
    expect(() => readCommand(args)).toThrow(why);
  });

  it.each([
    [['client:add', 'team']],
    [['client:add', 'team', '--expires-in-days', '30']],
    [['client:add', '--expires-in-days=30', '--', '--odd name']],
    [['client:list']],
    [['client:set', 'team']],
    [['client:set', 'team', '--break-max-bytes', '0']],
    [['client:set', 'team', '--channel', 'wechat', '--break-first-ms', 'default']],
    [['client:set', 'team', '--break', 'off', '--whole-answer', 'sse']],
    [['client:revoke', 'team']],
    [['knowledge:load', './docs']],
  ])('is taken: %j', (args) => {
    expect(readCommand(args)).toBeInstanceOf(Function);
  });
});
