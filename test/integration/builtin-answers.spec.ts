import { lastValueFrom, reduce } from 'rxjs';
import { newId } from '../../src/common/uuid.js';
import type { FoundPassage } from '../../src/knowledge/retriever.js';
import { ExtractiveModel } from '../../src/llm/builtin/extractive-model.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';
import { type Knowledge, openKnowledge } from '../support/text/knowledge.js';

// Real: the database, the service's own documentation, the search and the built-in answerer.

let database: OpenTestDatabase;
let knowledge: Knowledge;

beforeAll(async () => {
  database = await openTestDatabase();
  knowledge = openKnowledge(database.dataSource);
  await knowledge.serviceDocumentation.load();
});

afterAll(() => database.close());

function find(query: string): Promise<FoundPassage[]> {
  return knowledge.retriever.search({
    clientId: newId(),
    query,
    limit: 4,
    includeServiceDocumentation: true,
  });
}

async function ask(question: string): Promise<string> {
  const passages = await find(question);
  const request = { client: 'a', model: 'builtin', messages: [], question, passages };
  const events$ = new ExtractiveModel().answer(request);
  return lastValueFrom(
    events$.pipe(reduce((text, event) => text + (event.type === 'text.delta' ? event.text : ''), '')),
  );
}

/** Questions as users put them, and the page that answers each. */
const QUESTIONS: readonly (readonly [question: string, page: string])[] = [
  ['how do I send feedback?', 'en/feedback'],
  ['How can my team submit feedback?', 'en/feedback'],
  ['can a user change a rating later?', 'en/feedback'],
  ['how do I withdraw a feedback?', 'en/feedback'],
  ['how do I list the feedback with few stars?', 'en/feedback'],
  ['how do I export training data?', 'en/exports'],
  ['can I fine-tune a model with the feedback?', 'en/exports'],
  ['is personal data in the exports?', 'en/exports'],
  ['how do I connect ollama', 'en/models'],
  ['what is LLM_BASE_URL?', 'en/models'],
  ['which models can I use?', 'en/models'],
  ['how do I create an API key?', 'en/authentication'],
  ['what does the stream look like?', 'en/streaming'],
  ['how does it remember the conversation?', 'en/conversations'],
  ['how do I upload a document?', 'en/documents'],
  ['how to write my own prompt template', 'en/prompts'],
  ['how do I roll back a prompt template?', 'en/prompts'],
  ['how can I preview a prompt?', 'en/prompts'],
  ['health check endpoint', 'en/health'],
  ['how do I use my own PostgreSQL?', 'en/database'],
  ['what happens on SIGTERM?', 'en/deployment'],
  ['how do I change the port?', 'en/configuration'],
  ['what do error answers look like?', 'en/errors'],
  ['how do I resume a stream after a disconnect?', 'en/resume'],
  ['my client retries for ever, how do I stop that?', 'en/resume'],
  ['what is an Idempotency-Key?', 'en/idempotency'],
  ['how do I stop an answer?', 'en/stop'],
  ['what does RETRYING mean?', 'en/break-retrying'],
  ['how long can a message be in bytes?', 'en/break-retrying'],
  ['what happens when the model server fails?', 'en/retries'],
  ['how do I configure a fallback model?', 'en/retries'],
  ['what does turn_in_progress mean?', 'en/conversations'],
  ['how do I read the receipt of an answer?', 'en/receipts'],
  ['如何提交反馈？', 'zh/feedback'],
  ['怎么给回答打分', 'zh/feedback'],
  ['怎么撤回反馈', 'zh/feedback'],
  ['怎么查看反馈列表', 'zh/feedback'],
  ['怎么导出微调数据', 'zh/exports'],
  ['怎么用反馈训练模型？', 'zh/exports'],
  ['怎么连接 Ollama', 'zh/models'],
  ['如何接入自己的大模型？', 'zh/models'],
  ['支持哪些模型', 'zh/models'],
  ['怎么查看健康状态', 'zh/health'],
  ['如何创建密钥', 'zh/authentication'],
  ['怎么上传文档', 'zh/documents'],
  ['流式输出的格式是什么', 'zh/streaming'],
  ['怎么设置历史记录的长度', 'zh/conversations'],
  ['服务如何记住多轮对话？', 'zh/conversations'],
  ['怎么自定义提示模板', 'zh/prompts'],
  ['怎么回滚提示模板的版本', 'zh/prompts'],
  ['怎么备份数据', 'zh/database'],
  ['怎么修改端口', 'zh/configuration'],
  ['错误码有哪些', 'zh/errors'],
  ['怎么部署到 Kubernetes', 'zh/deployment'],
  ['断线之后怎么续传？', 'zh/resume'],
  ['客户端无限重试怎么办', 'zh/resume'],
  ['怎么避免重复生成？', 'zh/idempotency'],
  ['怎么停止生成', 'zh/stop'],
  ['RETRYING 是什么意思', 'zh/break-retrying'],
  ['微信消息太长怎么分段', 'zh/break-retrying'],
  ['模型服务出错了会重试吗', 'zh/retries'],
  ['怎么配置备用模型', 'zh/retries'],
  ['可以同时提两个问题吗', 'zh/conversations'],
  ['怎么查看回执', 'zh/receipts'],
];

const OFF_TOPIC = [
  'what is the weather in Paris tomorrow?',
  'who won the world cup in 1998?',
  'recipe for chocolate cake',
  'what is the capital of France?',
  'translate good morning into Spanish',
  'how do I fix a flat tire on my bicycle?',
  'can you recommend a good book about the history of Rome?',
  '今天天气怎么样？',
  '给我讲个笑话',
  '法国的首都是哪里',
  '红烧肉怎么做',
  '明天去北京的火车票多少钱',
];

describe('the service’s own documentation', () => {
  const pagesFor = async (question: string) =>
    (await find(question)).map(({ source }) => /^docs\/guide\/(.+)\.md/.exec(source)?.[1] ?? source);

  it.each(QUESTIONS)('answers %j on page %s, among the best three', async (question, page) => {
    expect((await pagesFor(question)).slice(0, 3)).toContain(page);
  });

  it('answers nine of ten of them in its best passage', async () => {
    const missed: string[] = [];
    for (const [question, page] of QUESTIONS) {
      if ((await pagesFor(question))[0] !== page) missed.push(question);
    }
    expect(missed.slice(Math.floor(QUESTIONS.length / 10))).toEqual([]);
  });

  it.each(OFF_TOPIC)('has nothing on %j', async (question) => {
    expect(await find(question)).toEqual([]);
  });

  it('has every page in both languages, and says which is which', async () => {
    const rows = await database.dataSource.query<{ source: string; metadata: { language: string } }[]>(
      `SELECT source, metadata FROM document WHERE scope = 'service'`,
    );
    const pages = (language: string) =>
      rows
        .filter(({ metadata }) => metadata.language === language)
        .map(({ source }) => source.replace(`/${language}/`, '/'))
        .sort();
    expect(pages('en').length).toBeGreaterThanOrEqual(10);
    expect(pages('zh')).toEqual(pages('en'));
    expect(rows).toHaveLength(2 * pages('en').length);
  });
});

describe('an answer from it', () => {
  it.each([
    [
      'how do I send feedback?',
      ['`POST /api/feedback`', 'curl ', 'Sources: Feedback (docs/guide/en/feedback.md#send-feedback)'],
    ],
    [
      '如何提交反馈？',
      ['`POST /api/feedback`', 'curl ', '来源：用户反馈（docs/guide/zh/feedback.md#提交反馈）'],
    ],
    ['how do I connect ollama', ['LLM_BASE_URL=http://127.0.0.1:11434/v1', 'en/models.md#connect-ollama']],
    ['怎么查看健康状态', ['| `GET /health/ready` |', 'zh/health.md#查看健康状态']],
    ['how do I change the port?', ['| `PORT` | `3000` |', 'en/configuration.md']],
  ])('to %j quotes what matters and names its source', async (question, expected) => {
    const answer = await ask(question);
    for (const text of expected) expect(answer).toContain(text);
  });

  it('says so when there is none', async () => {
    expect(await ask('what is the weather in Paris tomorrow?')).toMatch(/^I found nothing/);
    expect(await ask('今天天气怎么样？')).toMatch(/^知识库中没有找到/);
  });
});
