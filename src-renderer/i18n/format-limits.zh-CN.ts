/** @file The limits of formats, as the core says them, in Chinese. */
export const chineseLimits: Readonly<Record<string, string>> = {
  'Shards (.tar) with the pictures themselves: up to 10 000 samples or 1 GB each; an image that is not there is left out and counted.':
    '分片（.tar）包含图像本身：每片至多 10 000 个样本或 1 GB；缺失的图像会略去并计数。',
  'Each sample has a .json with regions, dialogues and relations, and a .txt with its first caption in plain words.':
    '每个样本有一个 .json（区域、对话和关系）和一个 .txt（第一条描述的纯文字）。',
  'To be checked, shards are unpacked once beside where they are written; that takes as much room again.':
    '为校验，分片会在写入位置旁解包一次，需要同样大小的空间。',
  'The order of classes and their colours are left out.': '不含类别的顺序和颜色。',
  'Read: .json as Eyrie or img2dataset write it, and .txt captions; a .cls class of a whole image is not kept, which is said. A project shows the pictures when the shards are unpacked below its image folder.':
    '读取：Eyrie 或 img2dataset 写的 .json，以及 .txt 描述；整幅图像的 .cls 类别不保留，并会说明。分片解包到项目的图像文件夹之下，项目才显示图像。',
  'Boxes; of other regions the box around them is written, and that is said.': '框；其他区域写出其外框并说明。',
  'One file for each image, class numbers in the order of labels; put the images below images/ to train.':
    '每张图像一个文件，类别编号按标签顺序；训练时请把图像放在 images/ 下。',
  'Regions without a label have no number and are left out. Phrases, states, confidences, attributes and dialogues are left out; proposals, when asked for, cannot be told from the rest.':
    '没有标签的区域没有编号，会略去。短语、状态、置信度、属性和对话会略去；若要求写出提议，则无法与其余内容区分。',
  'Fractions with eight decimals. Of two images that differ in their extension only, the second is left out.':
    '八位小数的比例。仅扩展名不同的两张图像，第二张会略去。',
  'Outlines of one part; other regions are left out and counted.': '单个部分的轮廓；其他区域会略去并计数。',
  'Four corners; other regions are left out and counted.': '四个角点；其他区域会略去并计数。',
  'Keypoints with their box, as many as the first region has; other regions are left out and counted.':
    '关键点及其框，数量与第一个区域相同；其他区域会略去并计数。',
  'A row for each box: filename, width, height, class, xmin, ymin, xmax, ymax (pixels, edges from 0), phrase, confidence, state, origin, attributes as JSON.':
    '每个框一行：filename、width、height、class、xmin、ymin、xmax、ymax（像素，边从 0 起）、phrase、confidence、state、origin，attributes 为 JSON。',
  'Boxes only: of other regions the box around them is written, and that is said.':
    '仅含框：其他区域写出其外框并说明。',
  "Cells that a spreadsheet would run get a ' before them, which Eyrie takes away again.":
    "电子表格会执行的单元格前加 '，Eyrie 读取时会去掉。",
  'Regions that no turn names need a box and a phrase; others, and labels, are left out; the former are counted.':
    '没有任何轮次提到的区域需要有框和短语；其余的以及标签会略去，前者会计数。',
  'Read: REC, REG, captions, Flickr30k spotting, PointQA, V7W pointing, VCR, GPT-generated, GQA, CLEVR, VQAv2, VQA-X, VQA-E, POPE and dialogues. Scene graphs, programs and wrong choices are not kept; an explanation follows its answer on a line of its own.':
    '可读取：REC、REG、描述、Flickr30k spotting、PointQA、V7W pointing、VCR、GPT 生成、GQA、CLEVR、VQAv2、VQA-X、VQA-E、POPE 和对话。不保留场景图、程序和错误选项；解释另起一行跟在答案之后。',
  'Read: text is LLaVA-1.5’s unless a dialect is named; its fractions are those of the padded square unless the space “original” is named, which is doubted where it makes a difference. Records without an image, of several images or of video are skipped and said; system prompts are not kept.':
    '读取：未指定方言时按 LLaVA-1.5 解读文字；除非指定空间“original”，小数指补成正方形后的图像，有差别时会提示。没有图像、有多张图像或视频的记录会跳过并说明；不保留系统提示。',
  'Qwen-VL takes paths of up to 256 bytes without angle brackets; longer ones are written and said.':
    'Qwen-VL 的路径不超过 256 字节且不含尖括号；更长的会写出并说明。',
  'Read: text is Qwen-VL’s unless a dialect is named. Records of several pictures or of none are skipped and said; system prompts are not kept.':
    '读取：未指定方言时按 Qwen-VL 解读文字。有多张图像或没有图像的记录会跳过并说明；不保留系统提示。',
  'Read: text is Qwen2.5-VL’s unless a dialect is named; its pixels are those of the resized picture unless the space “original” is named, which is doubted where it makes a difference, as are thousandths of Qwen3-VL. Records of several images or of video are skipped and said; system prompts are not kept.':
    '读取：未指定方言时按 Qwen2.5-VL 解读文字；除非指定空间“original”，像素指缩放后的图像，有差别时会提示，Qwen3-VL 的千分数也会提示。有多张图像或视频的记录会跳过并说明；不保留系统提示。',
  'Coordinates are exact pixels (bbox_type real) and may lie outside the image; ms-swift makes the numbers of a model of them when it trains.':
    '坐标为精确像素（bbox_type real），可超出图像；训练时由 ms-swift 换算成模型的数值。',
  'Regions that follow each other without words between them come back as one group; that is said where it happens.':
    '中间没有文字的相邻区域读回时成为一组；发生时会说明。',
  'Read: messages, and query, response and history of older versions. Records of several images, of video or sound, and turns of tools are skipped and said; system prompts and refused answers are not kept; records marked as refused (KTO) are skipped and said.':
    '可读取：messages，以及旧版的 query、response 和 history。有多张图像、视频或声音的记录以及工具轮次会跳过并说明；不保留系统提示和被拒绝的答案；标为拒绝的记录（KTO）会跳过并说明。',
  'dataset_info.json holds one entry, “eyrie”, to be copied into the one of the data folder.':
    'dataset_info.json 含一个条目“eyrie”，请复制到数据文件夹的同名文件中。',
  'Read: words are words unless a dialect is named; numbers that look like places are doubted. Records of several images, of video or sound, and turns of tools are skipped and said; system prompts and the refused answers of preference pairs are not kept; records marked as refused (KTO) are skipped and said.':
    '读取：未指定方言时文字只是文字，看似坐标的数字会提示。有多张图像、视频或声音的记录以及工具轮次会跳过并说明；不保留系统提示和偏好对中被拒绝的答案；标为拒绝的记录（KTO）会跳过并说明。',
  'The address of an image is its path in the project: put the web address of your images before it, or the picture as a data URL in its place, before it is sent anywhere.':
    '图像地址是其在项目中的路径：发送前请在前面加上图像的网址，或换成 data URL。',
  'A turn with a proposal nobody has looked at is marked, and OpenAI refuses lines with such a mark.':
    '含有尚未查看的提议的轮次会加标记，OpenAI 会拒绝带此标记的行。',
  'Read: words are words unless a dialect is named. No address is fetched; pictures in data URLs, several images and calls of tools are skipped and said; system prompts are not kept.':
    '读取：未指定方言时文字只是文字。不会访问任何地址；data URL 中的图像、多张图像和工具调用会跳过并说明；不保留系统提示。',
  'Boxes only, in exact pixels, which may lie outside the image: points are left out of the text and said. Ferret’s loader keeps boxes within the image.':
    '仅含框，为精确像素，可超出图像：点不写入文字并会说明。Ferret 的加载器会把框限制在图像内。',
  'Read: records without an image or of several are skipped and said; system prompts and free-form masks are not kept.':
    '读取：没有图像或有多张图像的记录会跳过并说明；不保留系统提示和自由形状掩码。',
  'Each exchange is a line, and comes back as a dialogue of its own.': '每次问答为一行，读回时各成一段对话。',
  'Read: text is PaliGemma’s unless a dialect is named.': '读取：未指定方言时按 PaliGemma 解读文字。',
  'Captions only, as words: links to regions, regions and dialogues are left out; regions are counted.':
    '仅含描述文字：与区域的关联、区域和对话会略去；区域会计数。',
  'An image with several captions has a line for each.': '有多条描述的图像，每条描述一行。',
  'A document becomes a caption for each image: the text that MMC4 matched with it, or that follows it in OBELICS; other texts are left out and said.':
    '文档中的每张图像得到一条描述：MMC4 匹配的文字，或 OBELICS 中其后的文字；其他文字会略去并说明。',
  'Captions are written, one document for each image with its captions as texts; links, regions and dialogues are left out.':
    '写出描述：每张图像一个文档，其描述为文字；关联、区域和对话会略去。',
  'Two files: dialogues as they should have been (SFT), and pairs of a model’s answer and the corrected one (DPO).':
    '两个文件：修正后的对话（SFT），以及模型答案与修正答案的配对（DPO）。',
  'A pair needs an answer of a model in which a person moved, refused or added a region; answers with regions nobody has looked at are left out and counted, whatever is asked for.':
    '配对需要一个有人移动、拒绝或添加过区域的模型答案；含有尚未查看的区域的答案无论如何都会略去并计数。',
  'Where a refused region leaves nothing to say, there is no corrected answer and no pair.':
    '若拒绝区域后没有内容可说，则没有修正答案，也没有配对。',
  'The model’s answer is put together from its regions’ first shapes and the words of the turn as they are now.':
    '模型的答案由区域最初的形状和轮次现有的文字组成。',
  'Coordinates have the precision of the chosen dialect; a correction that is smaller than that is left out and counted.':
    '坐标精度取决于所选方言；小于该精度的修正会略去并计数。',
  'dataset_info.json holds the entries “eyrie_sft” and “eyrie_dpo”, to be copied into the one of the data folder.':
    'dataset_info.json 含条目“eyrie_sft”和“eyrie_dpo”，请复制到数据文件夹的同名文件中。',
  'Boxes, outlines, masks and keypoints; single points, strokes and dialogues are left out and counted.':
    '含框、轮廓、掩码和关键点；单个点、笔画和对话会略去并计数。',
  'Regions without a label go to a category “unlabelled”, which is there only when there are any.':
    '没有标签的区域归入类别“unlabelled”，仅在有这类区域时才有该类别。',
  'The phrase is written as “caption”, the confidence as “score”; state and origin are kept under “eyrie”.':
    '短语写为“caption”，置信度写为“score”；状态和来源保存在“eyrie”下。',
  'Coordinates are exact pixels of the upright image and may lie outside it; a mask that counts on another grid is stretched to the image.':
    '坐标为正向图像的精确像素，可超出图像；网格不同的掩码会缩放到图像大小。',
  'Class colours are left out; read from a file: super-categories, licences and what else images are said to have.':
    '类别颜色会略去；读取时不保留上级类别、许可证和图像的其他信息。',
  'One file for each image. Boxes only: of other regions the box around them is written, and that is said.':
    '每张图像一个文件。仅含框：其他区域写出其外框并说明。',
  'Whole pixels, counted from 1, both included, as in the original: an edge moves by at most half a pixel, that of a box smaller than a pixel by one.':
    '与原格式一样为从 1 起计、两端都包含的整数像素：边最多移动半个像素，小于一个像素的框最多移动一个像素。',
  'The order of classes, colours and dialogues are left out.': '类别顺序、颜色和对话会略去。',
  'Phrase, state, origin and confidence are kept in an element <eyrie>, which other readers pass over.':
    '短语、状态、来源和置信度保存在元素 <eyrie> 中，其他读取程序会忽略它。',
  'Letters that XML cannot hold (control characters) are left out.': 'XML 无法容纳的字符（控制字符）会略去。',
  'One file for each image; put them beside the images to open them in LabelMe. Pictures are not copied into them.':
    '每张图像一个文件；放在图像旁边即可用 LabelMe 打开。图像不会写入文件。',
  'The order of classes is kept in labels.txt; colours and dialogues are left out.':
    '类别顺序保存在 labels.txt；颜色和对话会略去。',
  'State, origin, confidence, hidden keypoints and attributes that are no words are kept under keys that LabelMe carries along without showing them.':
    '状态、来源、置信度、隐藏的关键点和非文字属性保存在 LabelMe 会保留但不显示的键中。',
  'A mask that counts on another grid than the image is stretched to it.': '网格与图像不同的掩码会缩放到图像大小。',
  'One file for each image; put them beside the images to open them. Pictures are not copied into them.':
    '每张图像一个文件；放在图像旁边即可打开。图像不会写入文件。',
  'There are no masks and no keypoints: regions with them are left out and counted.':
    '不支持掩码和关键点：这类区域会略去并计数。',
  'The order of classes is kept in classes.txt; colours, dialogues and relations are left out.':
    '类别顺序保存在 classes.txt；颜色、对话和关系会略去。',
  'State, origin and attributes that are no words are kept under a key that the tool carries along without showing it.':
    '状态、来源和非文字属性保存在该工具会保留但不显示的键中。',
  'Regions with a label; others are left out and counted. Every image has a line, also one without regions.':
    '仅含有标签的区域，其余会略去并计数。每张图像一行，没有区域的也有。',
  'Boxes only, in exact pixels of the upright image; other shapes are written as the box around them. Trainers leave out boxes of less than one pixel or wholly outside.':
    '仅含框，为正向图像的精确像素；其他形状写出其外框。训练程序会略去不足一个像素或完全在图像外的框。',
  'State, confidence, attributes and words of a region are kept under a key `eyrie` that trainers do not look at.':
    '区域的状态、置信度、属性和文字保存在训练程序不读取的键 `eyrie` 下。',
  'Dialogues and captions are left out and counted: export them as ODVG grounding.':
    '对话和描述会略去并计数：请用 ODVG grounding 导出。',
  'A line for each caption, and one for each region with a phrase that no caption names. Regions without words are left out and counted.':
    '每条描述一行，未被描述提到而有短语的区域各一行。没有文字的区域会略去并计数。',
  'Captions are answers that nobody asked for; questions and their answers are left out and counted, and so are captions that use a region as a word.':
    '描述是没有提问的回答；问答会略去并计数，把区域当作词使用的描述也是。',
  'Phrases without a region leave as words. A phrase of several regions is an entry for each.':
    '没有区域的短语只作为文字写出。对应多个区域的短语，每个区域一个条目。',
  'State, confidence, attributes and words of a region are kept under a key `eyrie` that trainers do not look at. So are labels, in no order.':
    '区域的状态、置信度、属性和文字保存在训练程序不读取的键 `eyrie` 下；标签也是，不保留顺序。',
  'Regions as COCO holds them. The phrase of a region is its first expression; captions that are one phrase are the others.':
    '区域与 COCO 相同。区域的短语是其第一个指代表达，只含一个短语的描述是其余的表达。',
  'Expressions of several regions or none go to a file of their own, as gRefCOCO has them.':
    '指代多个区域或没有区域的表达写入单独的文件，与 gRefCOCO 一致。',
  'Captions with words outside their phrase, and questions with their answers, are left out and counted.':
    '短语之外还有文字的描述以及问答会略去并计数。',
  'Refs are JSON: load them with json.load where refer.py says pickle.load. `raw` and `sent` are the words as they are.':
    'Refs 为 JSON：在 refer.py 使用 pickle.load 之处改用 json.load。`raw` 和 `sent` 为原文。',
  'The split of an expression is the attribute `split` of its first region, `train` where there is none.':
    '表达所属的划分是其第一个区域的属性 `split`，没有时为 `train`。',
  'An image for each caption, and one for each region with a phrase that no caption names. Regions without words are left out and counted.':
    '每条描述一个图像条目，未被描述提到而有短语的区域各一个。没有文字的区域会略去并计数。',
  'Boxes only, in exact pixels of the upright image; other shapes are written as the box around them.':
    '仅含框，为正向图像的精确像素；其他形状写出其外框。',
  'Phrases without a region leave as words.': '没有区域的短语只作为文字写出。',
  'Label, state, confidence and attributes of a region are kept under a key `eyrie` that trainers do not look at.':
    '区域的标签、状态、置信度和属性保存在训练程序不读取的键 `eyrie` 下。',
  'Phrases do not lie in each other: an inner one leaves as words. A phrase without a region is marked as not visual.':
    '短语不能嵌套：内层短语只作为文字写出。没有区域的短语标为 not visual。',
  'Square brackets in captions become round ones. The official reader wants a space around each phrase.':
    '描述中的方括号会变成圆括号。官方读取程序要求短语两侧有空格。',
  'Boxes only, in whole pixels counted from 1; other shapes are written as the box around them.':
    '仅含框，为从 1 起计的整数像素；其他形状写出其外框。',
  'Labels, phrases that no caption has, states, confidences and attributes are left out; the attribute `entity_type` is written as the type.':
    '标签、描述中没有的短语、状态、置信度和属性会略去；属性 `entity_type` 写为类型。',
  'Regions with a phrase are region descriptions, all others objects; relations are relationships, whose ends may be either, told by `region_id` or `object_id`.':
    '有短语的区域为区域描述，其余为物体；关系写为 relationships，两端可为任一种，以 `region_id` 或 `object_id` 区分。',
  'Boxes only, in whole pixels; other shapes are written as the box around them.':
    '仅含框，为整数像素；其他形状写出其外框。',
  'State, confidence, attributes, and the label of a region description are kept under a key `eyrie`.':
    '状态、置信度、属性以及区域描述的标签保存在键 `eyrie` 下。',
  'Images are named by `file_name`, which the original files do not have. Synsets are read past and written empty.':
    '图像以 `file_name` 命名，原文件没有此项。同义词集读取时忽略，写出时为空。',
  'Dialogues and captions are left out and counted; so is the order of labels.':
    '对话和描述会略去并计数；标签顺序也是。',
  'A record for each caption; regions that no caption names are left out and counted.':
    '每条描述一条记录；描述未提到的区域会略去并计数。',
  'Boxes only, as fractions of the image; other shapes are written as the box around them. Two regions at one place become one.':
    '仅含框，为图像的比例；其他形状写出其外框。位置相同的两个区域合为一个。',
  'Outer phrases are referring expressions, inner ones noun chunks, those without another in or around them both. Phrases without a region leave as words.':
    '外层短语为指代表达，内层为名词短语，不嵌套的两者皆是。没有区域的短语只作为文字写出。',
  'The confidence of a region is its score, 1 where it has none. Labels, states, phrases of regions and attributes are left out; a record with a proposal is marked.':
    '区域的置信度写为 score，没有时为 1。标签、状态、区域的短语和属性会略去；含有提议的记录会加标记。',
  'Dialogues only: regions that no turn names are left out and counted. Choose AS-V2’s dialect, which is also the one that is read unless another is named.':
    '仅含对话：轮次未提到的区域会略去并计数。请选择 AS-V2 的方言；未指定时也按它读取。',
  'Coordinates are thousandths of the padded square, and are cut at its borders; boxes only. InternVL has the same marks and counts on the image itself: unless the dialect or the space is named, that is doubted.':
    '坐标为补成正方形后的千分之几，在边界处截断；仅含框。InternVL 的标记相同，但按图像本身计数：未指定方言或空间时会提示。',
  'A relation leaves only where a turn states it. Read: each predicate with its boxes becomes a relation too.':
    '只有轮次中说到的关系才会写出。读取：每个带框的谓词也成为一个关系。',
  'Images are named as local files: give Label Studio a local storage whose root is the project’s image folder.':
    '图像以本地文件命名：请为 Label Studio 设置以项目图像文件夹为根的本地存储。',
  'Proposals are predictions, by model; everything else is one annotation of each image.':
    '提议按模型写为预测；其余内容为每张图像的一个标注。',
  'Captions are words in a text area. Keypoints, dialogues, and relations between a proposal and what is accepted are left out.':
    '描述写入文本框。关键点、对话以及提议与已接受内容之间的关系会略去。',
  'The order and colours of classes are in label-studio-config.xml, for the tool’s “Labeling Interface”.':
    '类别的顺序和颜色在 label-studio-config.xml 中，用于该工具的“Labeling Interface”。',
  'A mask on another grid than the image is stretched to it.': '网格与图像不同的掩码会缩放到图像大小。',
  'Attributes are kept in the meta of results, which the tool carries along without showing it.':
    '属性保存在结果的 meta 中，该工具会保留但不显示。',
  'Labels with their attributes are in cvat-labels.json too: paste it into CVAT’s raw label editor, or CVAT drops the attributes.':
    '标签及其属性也在 cvat-labels.json 中：请粘贴到 CVAT 的原始标签编辑器，否则 CVAT 会丢弃属性。',
  'Phrases, confidences and attributes are attributes; what words cannot say is JSON in the attribute “eyrie”.':
    '短语、置信度和属性写为属性；文字无法表达的内容以 JSON 写在属性“eyrie”中。',
  'Keypoints are written as points: CVAT’s skeletons need labels of their own. Dialogues are left out.':
    '关键点写为点：CVAT 的骨架需要单独的标签。对话会略去。',
  'A mask on another grid than the image is stretched to it. Letters that XML cannot hold are left out of names.':
    '网格与图像不同的掩码会缩放到图像大小。名称中 XML 无法容纳的字符会略去。',
  'Images are named by their path below the image folder: set it as VIA’s default path. Sizes are not in the file; reading it back needs the images.':
    '图像以图像文件夹下的路径命名：请将该文件夹设为 VIA 的默认路径。文件中没有尺寸，读回时需要图像。',
  'Masks, keypoints, dialogues and relations are left out; colours of classes too.':
    '掩码、关键点、对话和关系会略去；类别颜色也是。',
  'The class is the attribute “label”; what words cannot say is JSON in the attribute “eyrie”.':
    '类别写为属性“label”；文字无法表达的内容以 JSON 写在属性“eyrie”中。',
  'Boxes only, as fractions of the image, which may lie outside it: points are left out of the text and said. GPT4RoI itself answers in words, so boxes of answers are for other readers.':
    '仅含框，为图像的比例，可超出图像：点不写入文字并会说明。GPT4RoI 本身以文字作答，答案中的框供其他读取程序使用。',
  'Read: <bbox>, <roi> and <region1>; a record whose placeholders and boxes do not match is left out and said.':
    '可读取：<bbox>、<roi> 和 <region1>；占位符与框对不上的记录会略去并说明。',
  'Captions only, as words: links to regions, regions and dialogues are left out and counted.':
    '仅含描述文字：与区域的关联、区域和对话会略去并计数。',
  'Every image of a known size is listed, those without a caption too. Annotation ids start at 1.':
    '尺寸已知的图像全部列出，没有描述的也在内。标注编号从 1 起。',
  'A line for each image: its objects under “anno”, and the phrase of each, where it has one, under “pred”.':
    '每张图像一行：物体在“anno”下，有短语的，其短语在“pred”下。',
  'Regions without a label have an empty category_name. States, confidences and attributes are kept under “eyrie”. Dialogues and relations are left out and counted.':
    '没有标签的区域 category_name 为空。状态、置信度和属性保存在“eyrie”下。对话和关系会略去并计数。',
  'Read: a prediction that overlaps its object by less than half, or that Pink marked as badly formatted, is left out and said; a second caption of an object becomes an expression.':
    '读取：与物体重叠不足一半的预测，或 Pink 标为格式错误的预测，会略去并说明；同一物体的第二条描述成为指代表达。',
  'Words only: regions, links to them, captions and relations are left out; regions are counted.':
    '仅含文字：区域、与区域的关联、描述和关系会略去；区域会计数。',
  'Each exchange is a problem, and comes back as a dialogue of its own: one with “Options: (A) …” and “The answer is A.” has these choices, any other has its answer as the only one.':
    '每次问答为一道题，读回时各成一段对话：含“Options: (A) …”和“The answer is A.”的以其为选项，其余的以答案为唯一选项。',
  'LaVIN looks for an image at images/split/id/image.png: copy your images there under the ids of pid_splits.json; “image” has the path in the project, which is what is read again.':
    'LaVIN 在 images/split/id/image.png 查找图像：请按 pid_splits.json 的编号把图像复制过去；“image”为项目中的路径，读回时以此为准。',
  'Read: problems without an image are skipped and said; lecture, solution, grade and subject are not kept.':
    '读取：没有图像的题目会跳过并说明；不保留 lecture、solution、grade 和 subject。',
  'A row for each box, with the columns of the CSV format; pixels are numbers, attributes are JSON in a text.':
    '每个框一行，列与 CSV 格式相同；像素为数值，属性为文本中的 JSON。',
  'The order of classes, colours, dialogues and relations are left out.': '类别顺序、颜色、对话和关系会略去。',
  'Read row group by row group: at most 4 Mi rows and 256 MiB of a column in one. Values in a delta encoding are refused and said.':
    '逐个行组读取：每组至多 4 Mi 行，每列至多 256 MiB。delta 编码的值会拒绝并说明。'
}
