/** The words of a page's language for those of the English one. */
export interface Words {
  /** @throws Error when the language has none */
  (english: string): string;
  readonly language: 'en' | 'zh';
}

/** What the Chinese page calls titles and cells. */
const CHINESE: ReadonlyMap<string, string> = new Map([
  ['client', '客户端'],
  ['version', '版本'],
  ['settings', '设置'],
  ['list', '列出模型'],
  ['ask', '提问'],
  ['stream', '流式'],
  ['stop', '停止'],
  ['tools', '工具'],
  ['structured output', '结构化输出'],
  ['image', '图片'],
  ['429', '429'],
  ['broken stream', '流中断'],
  ['yes', '是'],
  ['**no**', '**否**'],
  ['skipped', '未试'],
  ['—', '—'],
  ['', ''],
]);

export const inEnglish: Words = Object.assign((english: string) => english, { language: 'en' as const });

export const inChinese: Words = Object.assign(
  (english: string) => {
    const words = CHINESE.get(english);
    if (words === undefined) throw new Error(`The Chinese page has no words for ${english}`);
    return words;
  },
  { language: 'zh' as const },
);
