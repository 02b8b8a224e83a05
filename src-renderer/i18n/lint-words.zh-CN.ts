/** @file 检查规则说的固定句子的中文；带有引文和数字的句子照原文显示，标题已是中文。 */
export const chineseFindings: Readonly<Record<string, string>> = {
  'The region lies wholly outside the image.': '区域完全在图像之外。',
  'The region reaches outside the image.': '区域超出了图像。',
  'The first corner of the box is not its top left one.': '框的第一个角点不是左上角。',
  'The region has no area; trainers refuse or mislearn it.': '区域没有面积，训练程序会拒绝或学错。',
  'The region is the whole image; it teaches nothing about place.': '区域就是整幅图像，学不到任何位置信息。',
  'Two regions of the same label lie in the same place.': '同一标签的两个区域位于同一位置。',
  'The outline crosses itself: its area is not what it looks like.': '轮廓自相交，面积与看上去的不同。',
  'The region has no label, no phrase, and no turn speaks of it.': '区域没有标签和短语，也没有对话提到它。',
  'The image is marked done, and nobody has looked at this proposal.': '图像已标记为完成，但没有人看过这个建议框。',
  'The image is marked done and holds nothing: fine for an image without any object.':
    '图像已标记为完成，但没有任何内容；若图中确无对象则没有问题。',
  'Words are linked to a region that no longer exists.': '文字链接的区域已不存在。',
  'A link holds no words: the region is tied to nothing.': '链接中没有文字，区域没有对应的词语。',
  'No answer follows: exports leave it out.': '后面没有回答，导出时会略去。',
  'The question says nothing.': '问题是空的。',
  'The answer says nothing.': '回答是空的。'
}
