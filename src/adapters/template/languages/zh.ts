import type { Language } from '../scenes.ts';

/** Mandarin in simplified characters. */
export const chinese: Language = {
  tag: 'zh-Hans',
  names: {
    en: '英语',
    es: '西班牙语',
    fr: '法语',
    de: '德语',
    it: '意大利语',
    pt: '葡萄牙语',
    'zh-Hans': '中文',
    ja: '日语',
  },
  speakers: ['王芳', '李明'],
  quote: (text) => `“${text}”`,

  withWord: {
    onTheRadio: ({ word }) => [
      `我刚才在广播里听到了${word}。`,
      '你听懂了吗？',
      '一开始没听懂，所以我记下来了。',
      '好主意，这样你就不会忘了。',
    ],
    onTheMirror: ({ word }) => [
      `镜子上贴着一张纸条，上面写着${word}。是你的吗？`,
      '是的，这样我每天都能看到。',
      '好主意！我也要这样做。',
    ],
    howToWriteIt: ({ word }) => [
      `${word}怎么写？`,
      `你看，这样写：${word}。`,
      '谢谢。我写对了吗？',
      '对，写得很好。',
    ],
    sayItSlowly: ({ word }) => [
      '请你慢一点儿再说一遍，好吗？',
      `好的：${word}。`,
      `我来试试：${word}。这样对吗？`,
      `差不多。再听一遍：${word}。`,
      `哦，${word}！现在我会说了。`,
    ],
    inTheTest: ({ word }) => [
      `我们明天有考试。你觉得会考${word}吗？`,
      '应该会。老师今天说了三次。',
      '那我今天晚上再复习一遍。',
      '我也是。我们一起复习，好吗？',
      '好啊，好主意！',
    ],
    inAStory: ({ word }) => [
      '你在看什么？',
      `一个小故事。你看，这里写着${word}。`,
      '在哪儿？我没看到。',
      '在这儿，第三行。',
      '哦，看到了，这里又出现了一次！',
      '真的，我刚才没注意到。',
    ],
  },

  withMeaning: {
    howToSayIt: ({ word, meaning, target }) => [
      `${meaning}用${target}怎么说？`,
      `可以说${word}。`,
      '请你帮我写下来，好吗？',
      `当然可以。你看：${word}。`,
    ],
    whatItMeans: ({ word, meaning, native }) => [
      `${word}是什么意思？`,
      `用${native}说就是${meaning}。`,
      '哦，我明白了。谢谢！',
      '不客气。你随时都可以问我。',
    ],
    flashcards: ({ word, meaning }) => [
      '我们用卡片练习，好吗？',
      `好。第一张上写着${meaning}。`,
      `很简单！是${word}。`,
      `看看背面写着什么……没错，${word}。`,
      '太好了！下一张！',
    ],
    subtitles: ({ word, meaning, target, native }) => [
      `昨天晚上我看了一部${target}电影，字幕是${native}的。`,
      '你学到什么新东西了吗？',
      `学到了。有人说了${word}，字幕上写的是${meaning}。`,
      '这是个学习的好方法。',
    ],
    tipOfTheTongue: ({ word, meaning, target }) => [
      `你还记得${meaning}用${target}怎么说吗？`,
      '等一下……话就在嘴边。',
      '要我告诉你吗？',
      `不用，先别告诉我……我想起来了：${word}！`,
      `没错，就是${word}。真棒！`,
      '我不会再忘了。',
    ],
    homework: ({ word, meaning, target }) => [
      `我在做作业。${meaning}用${target}说是${word}，对吗？`,
      `对，就是${word}。`,
      '太好了，那我就做完了！',
    ],
  },
};
