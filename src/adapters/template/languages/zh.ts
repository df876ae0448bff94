import type { Language } from '../scenes.ts';

/** Mandarin in simplified characters. */
export const chinese: Language = {
  tag: 'zh-Hans',
  name: 'zh',
  names: {
    en: '英语',
    es: '西班牙语',
    fr: '法语',
    de: '德语',
    it: '意大利语',
    pt: '葡萄牙语',
    zh: '中文',
    ja: '日语',
  },
  speakers: ['王芳', '李明'],
  quote: (text) => `“${text}”`,
  exclaim: (text) => `${text}！`,
  title: (text) => `《${text}》`,

  withWord: {
    atTheDoor: ({ exclaimed }) => [
      '站住！没有口令谁也不能进来。',
      `等一下，我知道……${exclaimed}`,
      '对了，快进来！',
      '谢谢。还有蛋糕吗？',
    ],
    charades: ({ exclaimed }) => [
      '轮到你猜了，仔细看！',
      `让我想想……${exclaimed}`,
      '对！我们又得了一分。',
      '这个很简单。现在我来表演。',
      '好，我看着呢。',
    ],
    firstThought: ({ exclaimed }) => [
      '我说一个词，你不要想，马上回答。准备好了吗？',
      '准备好了。',
      '假期！',
      `呃……${exclaimed}`,
      '太慢了！你得回答得快一点儿。',
    ],
    newSong: ({ title }) => [
      '你在听什么？',
      `一首新歌，叫${title}。`,
      '我也可以听听吗？',
      '当然。给你一只耳机。',
    ],
    atTheCinema: ({ title }) => [
      '今天晚上我们去看电影，好吗？',
      '好主意。有什么电影？',
      `八点有${title}。`,
      '太好了，那我来买票。',
    ],
    newCafe: ({ word }) => [
      '我们星期六在哪儿见面？',
      `在广场旁边新开的咖啡馆，名字叫${word}。`,
      '那儿也有蛋糕吗？',
      '有，而且很好吃。',
      '那我四点到。',
    ],
    teamName: ({ word }) => [
      '我给我们队报名参加比赛了。',
      '太好了！我们队叫什么名字？',
      `我们队叫${word}。`,
      '我们第一场跟谁比？',
      '跟去年的冠军！',
    ],
    photoFolder: ({ word }) => [
      '我找不到我们旅行的照片了。',
      `在那个叫${word}的文件夹里。`,
      '啊，找到了！这张真漂亮。',
      '是啊，那是我最后一天拍的。',
    ],
    onTheRadio: ({ word }) => [
      `我刚才在广播里听到了${word}。`,
      '你听懂了吗？',
      '一开始没听懂，所以我记下来了。',
      '好主意，这样你就不会忘了。',
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
  },
};
