/** A refusal, and the parameter that it names. */
export interface NamingRefusal {
  /** As it was sent. */
  readonly name: string;
  readonly value: unknown;
  /** The server's message, without quotations of the request. */
  readonly text: string;
  /** Its types and codes, in lower case. */
  readonly words: string;
}

/** The service sends the same value with each request: no other caller can have a better one. */
const OF_THE_SERVICE: readonly string[] = ['stream', 'stream_options'];

/** Another value may be taken: a bound, a range, a list of values, a type. */
const OF_VALUE =
  /\b(?:between|ranges?|within|greater|less|larger|smaller|higher|lower|below|above|exceed(?:s|ed)?|at (?:most|least)|up to|out of|limit(?:s|ed)?|max(?:imum)?|min(?:imum)?|positive|negative|must|should|(?<!expected )one of|either|values?|integer|float|number|string|boolean|got|inclusive|exclusive|too (?:large|high|big|small|low|long))\b|[<>≤≥]|[[(] ?-?\d[\d.]* ?, ?-?\d|(?<![\w.-])\d[\d.]* ?(?:[~–-]|to|\.\.) ?\d|范围|取值|区间|之[间内]|大于|小于|等于|超[过出]|最[大小多少高低]|介于|类型|整数|参数值|的值/i;

/** What may have only one value; a limit may not, and "only 100" is one. */
const FIXABLE = /temperature|top_p|min_p|penalty/;
/** Every value but one is refused: "only the default (1) value is supported". Not "only 1 or 2". */
const OF_EVERY_VALUE =
  /(?:\b(?:only|must|fixed|just)(?:[\s:=('"`]+(?:the|an?|one|values?|of|temperature|top_p|parameter|is|set|to|at|be|supports?|supported|accepts?|allows?|equals?|exactly))*[\s:=('"`]+|(?:只|仅|必须)(?:支持|允许|接受|[能可设置取值为是用使\s=:：]|等于|temperature|top_p)*)(?:default|默认|-?\d+(?:\.\d+)?(?![\d.]*\d|["'`)]* ?(?:[,<≤~–，、\-或和到至以]|or\b|and\b|to\b)))/i;

/** True of this request only: of its mode, of a parameter beside it, of the moment. */
const OF_REQUEST =
  /\b(?:when|while|unless|because|both|together|combin\w+|alongside|simultaneous\w*|at the same time|during|for (?:this|your) (?:request|prompt|input))\b|\bif (?!you (?:want|need|wish|would))|\b(?:with|in|for) (?:\w+ ){0,2}?(?:thinking|reasoning|tools?|functions?|stream(?:s|ing)?|logprobs|beam|greedy|json|mode)\b(?! model)|同时|一起|模式|情况下|[时下][,，]?不|当.{1,20}时/i;
const OF_THE_MOMENT =
  /\b(?:unavailable|temporar\w+|momentar\w+|later|overloaded|busy)\b|(?<!\binput and )\b(?:try again|retry)\b|稍后|重试|繁忙/i;

/** The parameter is not known, or not taken, by its name. */
const OF_NAME =
  /\bun(?:known|supported|recogni[sz]ed|expected)\b|\bnot (?:\w+ )?(?:support(?:ed|s)?|permitted|allowed|accept(?:ed|s)?|recogni[sz]ed|available|implemented|understood|known)\b|\b(?:doesn|don|isn|aren)'?t (?:\w+ )?(?:support|accept|allow|take|recogni[sz]e|know)|\bcan(?:no|')t (?:be (?:set|used|specified|given|changed)|find field)|\bextra(?:neous)? (?:inputs?|keys?|fields?|propert)|extra_forbidden|unsupported_parameter|unknown_parameter|\b(?:forbidden|deprecated|removed|incompatible)\b|不支持|不允许|不接受|未知|无法识别|已废弃|已弃用/i;

/** Codes that are about a name, wherever a message repeats the value. */
const OF_NAME_BY_CODE = /extra_forbidden|unsupported_parameter|unknown_parameter/;

/**
 * Whether the server takes the parameter of no caller, whatever its value. One caller's bad value must take the parameter
 * from no other caller: in doubt, no.
 */
export function isForGood({ name, value, text, words }: NamingRefusal): boolean {
  if (OF_REQUEST.test(text) || OF_THE_MOMENT.test(text)) return false;
  if (OF_THE_SERVICE.includes(name)) return true;
  if (FIXABLE.test(name) && OF_EVERY_VALUE.test(text)) return true;
  if (OF_VALUE.test(text)) return false;
  if (OF_NAME_BY_CODE.test(words) || OF_NAME_BY_CODE.test(text)) return true;
  return OF_NAME.test(text) && !repeats(text, value);
}

/** Whether a text has the value: it is about this one. */
function repeats(text: string, value: unknown): boolean {
  const numbers = text.match(/(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.]*\d)/g) ?? [];
  return typeof value !== 'number' || numbers.some((number) => Number(number) === value);
}
