/** Words that say how something is asked, not what about. In the form that `wordsOf` gives: NFKC, lower case. */
const ENGLISH = `
a about above after again against all also am an and any anybody anyone anything are aren't around as at
be because been before being below between both but by can can't cannot could couldn't did didn't do does
doesn't doing don't done down during each either else ever every few for from further get gets getting give
given go going got had hadn't has hasn't have haven't having he he'd he'll he's hello help her here here's hers
hey hi him his how how's however i i'd i'll i'm i've if in into is isn't it it's its itself just kind kindly
know let let's like ll many may maybe me might mine more most much must mustn't my myself need needs no nor
not now of off ok okay on once one only onto or other our ours out over own per perhaps please quite rather
re really same say shall shan't she she's should shouldn't show since so some somebody someone something
such tell than thank thanks that that's the their theirs them then there there's these they they're they've
thing things this those though through to too toward under until up upon us ve very want wants was wasn't we
we'd we'll we're we've were weren't what what's whatever when where where's whether which while who who's
whom whose why will with within without won't would wouldn't wonder yes yet you you'd you'll you're you've
your yours yourself explain describe mean means meaning good best great way ways possible able happen happens
`;

const CHINESE = `
的 了 着 过 地 得 是 在 有 和 与 或 及 以及 并 并且 而 而且 也 都 还 就 才 又 再 很 太 更 最 吗 呢 吧 啊 呀 哦 嘛 啦
我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 自己 本 该 此 这 那 这个 那个 这些 那些 这里 那里 这样 那样 其 其他
什么 怎么 怎样 怎么样 怎么办 如何 为什么 为何 哪 哪个 哪些 哪里 哪儿 谁 几 多少 是否 能否 可否 何 啥 咋
请 请问 请教 告诉 想 想要 要 需要 应该 应当 可以 可 能 能够 会 可能 让 给 把 被 将 对 对于 关于 从 到 向 往 由 于
因为 所以 如果 但 但是 虽然 不过 然后 时候 时 里 上 下 中 内 外 之 以 为 为了 用于 等 等等 一 一个 一下 一些 一种 个 种 些 次
不 没 没有 无 别 非 说 讲 介绍 解释 说明 知道 了解 明白 帮 帮忙 帮助 帮我 做 去 来 出 起 进行 谢谢 你好 您好 好 好的 吗
有没有 是不是 能不能 可不可以 会不会 要不要 有什么 叫 叫做 什么样 有关 相关 办法 方法 方式 怎 样
`;

const STOP_WORDS: ReadonlySet<string> = new Set(`${ENGLISH} ${CHINESE}`.split(/\s+/).filter(Boolean));

/** Whether `word` is too common in questions to tell what one is about. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}
