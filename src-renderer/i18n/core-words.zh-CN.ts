/**
 * @file 核心用英文说的话的中文。错误按代码对应一句概括和下一步（原文作为细节保留，因为其中有文件名和原因）；
 * 固定的句子按原文对应。没有收录的，照原文显示。
 */
import { chineseLimits } from './format-limits.zh-CN'
export interface ChineseError {
  readonly message: string
  readonly nextStep?: string
}

const reopen = '请检查该文件及其文件夹的权限，然后重新打开项目。'
const backup = '请打开项目的备份。'
const askAgain = '请再次提问；如仍失败，请换一个模型。'

export const chineseErrors: Readonly<Record<string, ChineseError>> = {
  'connection/lost': {
    message: '与 Eyrie 的连接已断开。',
    nextStep: '会自动重连并重新发送未保存的修改；若未恢复，请确认 Eyrie 仍在运行。'
  },
  'app/unexpected': {
    message: '应用内部出现意外错误。',
    nextStep: '请重试；若再次出现，请重启应用并反馈出错前的操作。'
  },

  'store/conflict': { message: '该记录已先在别处被修改。', nextStep: '请再看一下图像，如仍有需要，重新修改。' },
  'store/full': { message: '磁盘已满，修改尚未写入。', nextStep: '请腾出磁盘空间，然后重试。' },
  'store/disk-full': { message: '磁盘已满，修改尚未写入。', nextStep: '请腾出磁盘空间，然后重试。' },
  'store/io-error': { message: '读写磁盘失败。', nextStep: '请检查磁盘，然后重试。' },
  'store/busy': { message: '项目文件被其他程序占用，修改尚未保存。', nextStep: '请关闭该程序或稍候，然后重试。' },
  'store/locked': { message: '该项目已在另一个 Eyrie 中打开。', nextStep: '请先关闭另一个窗口。' },
  'store/lock-lost': { message: '项目已被另一个程序接管，修改未保存。', nextStep: '请在此处关闭项目，然后重新打开。' },
  'store/read-only': { message: '项目文件不可写入，修改未保存。', nextStep: reopen },
  'store/invalid-transaction': { message: '此修改的内容无效，未保存，也没有任何改动。', nextStep: '请反馈此问题。' },
  'store/transaction-id-reused': {
    message: '此修改的编号已被使用，未保存，也没有任何改动。',
    nextStep: '请反馈此问题。'
  },
  'store/dangling-reference': {
    message: '此修改指向项目中不存在的内容，未保存。',
    nextStep: '请先创建缺少的内容，或重新读取图像文件夹。'
  },
  'store/empty-file': { message: '项目文件是空的（0 字节）。', nextStep: '请打开备份，或删除此文件后新建项目。' },
  'store/not-found': { message: '项目文件不存在。', nextStep: '请选择其他项目，或新建一个。' },
  'store/not-readable': { message: '项目文件无法读取。', nextStep: '请允许读取该文件，然后重试。' },
  'store/no-wal': { message: '项目所在的文件系统不支持预写日志。', nextStep: '请将项目移到本地磁盘。' },
  'store/cannot-open': { message: '无法打开项目文件。', nextStep: reopen },
  'store/cannot-create': { message: '无法在此处创建项目文件。', nextStep: '请选择可写入的文件夹。' },
  'store/corrupt': { message: '项目文件已损坏，未打开，也未改动。', nextStep: backup },
  'store/damaged-row': { message: '有一条存储记录已损坏，未显示。', nextStep: backup },
  'store/checksum': { message: '存储内容与校验和不符。', nextStep: backup },
  'store/not-a-project': { message: '这不是项目文件。', nextStep: '请选择由本应用创建的文件。' },
  'store/newer-version': { message: '项目由更新版本的应用创建。', nextStep: '请更新应用后再打开。' },
  'store/worker-died': { message: '存储进程意外结束。', nextStep: '请重新打开项目；已确认保存的修改都在。' },
  'store/recovered': { message: '上次会话未正常关闭。凡显示为已保存的修改都在。' },
  'store/backup-failed': { message: '备份失败。', nextStep: '请检查备份所在的磁盘空间和权限。' },

  'project/none-open': { message: '没有打开的项目。', nextStep: '请打开图像文件夹或示例项目。' },
  'project/no-images': { message: '此文件夹中没有可用的图像。', nextStep: '请选择含有图像的文件夹。' },
  'project/no-sample': { message: '无法准备示例项目。', nextStep: '请腾出空间，或打开自己的图像文件夹。' },
  'project/several': { message: '此文件夹中有多个项目文件。', nextStep: '请直接打开其中一个。' },
  'project/read-only': {
    message: '此项目以只读方式打开。',
    nextStep: '可以浏览和导出；要标注，请先在别处关闭它，或将项目复制到可写入的文件夹。'
  },
  'project/images-missing': {
    message: '有图像不在原来的位置；其标注仍然保留。',
    nextStep: '请放回文件，然后选择“查找新图像”。'
  },
  'project/images-unreadable': {
    message: '有图像无法读取，已列入“有问题”。',
    nextStep: '用“有问题”筛选列表即可查看原因。'
  },
  'project/folder-unreachable': {
    message: '暂时无法访问图像文件夹。',
    nextStep: '请连接该磁盘，然后选择“查找新图像”。'
  },
  'project/images-resized': {
    message: '有些已标注的图像，尺寸与导入文件所述不同。',
    nextStep: '继续之前，请检查它们的区域是否仍然吻合。'
  },
  'import/unknown-format': { message: '无法识别这些文件的格式。', nextStep: '请选择标注文件，或在下方指定格式。' },
  'import/ambiguous-format': {
    message: '这些文件可能是多种格式。',
    nextStep: '请指定格式，或只选择其中一个文件或文件夹。'
  },
  'import/no-such-format': { message: '这种格式无法读取。', nextStep: '请选择其他格式。' },
  'import/json': { message: '文件不是有效的 JSON。', nextStep: '请修正文件后再导入；项目没有改变。' },
  'import/encoding': { message: '无法确定文件的文字编码。', nextStep: '请将文件另存为 UTF-8；项目没有改变。' },
  'import/too-large': { message: '文件中有一部分过大，无法读取。', nextStep: '请拆分文件；项目没有改变。' },
  'import/unreadable': { message: '文件无法读取。', nextStep: '请检查文件和磁盘后再导入。' },
  'import/not-this-format': { message: '文件不是这种格式。', nextStep: '请选择其他格式或其他文件。' },
  'store/importing': { message: '正在导入，更改尚未保存。', nextStep: '导入完成或取消后再试。' },
  'store/no-import': { message: '导入已中断。', nextStep: '没有保留任何内容，请重新导入。' },
  'project/images-replaced': {
    message: '有已标注的图像在标注之后被改动。',
    nextStep: '请先检查区域是否仍然合适，再继续。'
  },
  'project/kept-elsewhere': {
    message: '项目文件未放在图像旁边，因为图像文件夹不可写入。',
    nextStep: '可照常工作。要将标注放在图像旁边，请把图像复制到可写入的文件夹。'
  },
  'project/entries-skipped': { message: '文件夹中有些条目未读取。' },
  'project/switched': { message: 'Eyrie 现在打开的是另一个项目，没有向它发送任何修改。' },
  'file/disk-full': { message: '磁盘空间不足，文件未写入。', nextStep: '请腾出空间或另选文件夹，然后重试。' },
  'file/exists': { message: '已有同名文件，未作改动。', nextStep: '请换一个名称，或允许替换。' },
  'file/no-folder': { message: '文件所在的文件夹不存在。', nextStep: '请先创建该文件夹，或另选一个。' },
  'file/not-writable': { message: '该文件夹或文件不可写入。', nextStep: '请选择可写入的文件夹。' },
  'file/write-failed': { message: '文件写入失败。', nextStep: '请检查磁盘，然后重试。' },
  'files/not-found': { message: '没有这个文件或文件夹。', nextStep: '请选择图像文件夹或 .eyrie 项目文件。' },
  'files/scan-cancelled': { message: '查找图像已取消，没有任何改动。', nextStep: '要再次查找，请重新打开文件夹。' },
  'files/no-such-folder': { message: '没有这个文件夹。', nextStep: '请选择存在的文件夹。' },
  'files/unreadable-folder': { message: '无法显示此文件夹。', nextStep: '请返回并选择其他文件夹。' },
  'files/unknown-handle': { message: '该文件夹不是在本次会话中选择的。', nextStep: '请重新选择。' },

  'image/unreadable': { message: '图像无法读取。', nextStep: '请换回完好的文件，或将其移出文件夹；其他图像不受影响。' },
  'image/outside-root': {
    message: '该图像指向项目图像文件夹之外，未打开。',
    nextStep: '请将图像复制到文件夹中，然后选择“查找新图像”。'
  },
  'image/missing': { message: '图像文件缺失。', nextStep: '请放回文件，然后选择“查找新图像”。' },
  'image/replaced': { message: '图像文件已被替换。', nextStep: '请检查区域是否仍然合适，然后选择“查找新图像”。' },

  'dialogue/busy': { message: '此对话正在等待回答。', nextStep: '请等待或停止，然后再提问。' },
  'dialogue/unknown': { message: '问题所属的对话已不存在。', nextStep: '请在新对话中提问，或撤销删除。' },
  'dialogue/unknown-region': {
    message: '问题中引用的区域已不在图像上。',
    nextStep: '请从问题中移除该区域，或撤销删除。'
  },
  'dialogue/answer-dropped': { message: '有一条回答未保留。', nextStep: '请再次提问。' },
  'dialogue/history-shortened': {
    message: '对话过长，模型只读到最近的部分。',
    nextStep: '需要从头开始时，请新建对话。'
  },

  'model-store/bad-source': {
    message: '这个地址不能作为模型来源。',
    nextStep: '请填写 https 开头的地址；http 仅限本机。'
  },
  'model-store/refused-address': { message: '不会访问这个地址。', nextStep: '请检查来源的地址。' },
  'model-store/unreachable': {
    message: '无法连接到模型来源。',
    nextStep: '请检查网络，填写能访问的镜像，或在别处取得文件夹后从本机添加。'
  },
  'model-store/timeout': {
    message: '模型来源太久没有应答。',
    nextStep: '请检查网络，填写能访问的镜像，或在别处取得文件夹后从本机添加。'
  },
  'model-store/redirect': { message: '模型来源转到了不会访问的地址。', nextStep: '请填写真正存放文件的地址。' },
  'model-store/not-allowed': {
    message: '发布者没有给出这个文件。',
    nextStep: '发布者要求先登录或接受条款，或没有这个模型：请用浏览器取得文件夹，然后从本机添加。'
  },
  'model-store/missing-file': { message: '来源没有这个文件。', nextStep: '请换一种权重，或换一个来源。' },
  'model-store/busy-server': { message: '模型来源暂时无法应答。', nextStep: '请稍后再试：会从中断处继续。' },
  'model-store/bad-answer': { message: '模型来源的应答无效。', nextStep: '请换一个来源。' },
  'model-store/wrong-size': {
    message: '文件大小与事先说明的不符，未取用。',
    nextStep: '请重新查看来源，文件可能刚被替换。'
  },
  'model-store/too-large': { message: '文件过大，未取用。', nextStep: '请换一个来源。' },
  'model-store/no-size': {
    message: '来源没有说明文件大小。',
    nextStep: '请换一个来源：大小不明的大文件不会开始下载。'
  },
  'model-store/wrong-hash': { message: '文件与发布者给出的校验和不符，未取用。', nextStep: '请换一个来源。' },
  'model-store/no-disk': { message: '磁盘空间不足。', nextStep: '请腾出磁盘空间，或选择更小的权重。' },
  'model-store/no-memory': {
    message: '这台计算机的内存装不下这个模型。',
    nextStep: '请选择更小的权重或模型，或在服务器上运行。'
  },
  'model-store/licence': {
    message: '该模型的许可证不允许所有用途，或未注明。',
    nextStep: '请先在发布者处阅读许可证，再确认。'
  },
  'model-store/busy': { message: '这个模型正在添加中。', nextStep: '请等它完成，或将其停止。' },
  'model-store/cancelled': { message: '已停止。', nextStep: '已下载的部分会保留，下次从那里继续。' },
  'model-store/not-run': { message: '本版本无法运行这个模型。', nextStep: '请选择其他模型，或更新应用。' },
  'model-store/ships': { message: '随应用提供的模型不能删除。', nextStep: '只能删除模型库中的模型。' },
  'model-store/not-staged': { message: '这个模型已不在等待添加。', nextStep: '请重新选择其文件夹。' },
  'model/exists': { message: '已有同名的模型。', nextStep: '请先删除已有的模型。' },
  'model/no-folder': {
    message: '这里没有模型文件夹。',
    nextStep: '请选择包含 config.json 和 onnx 的文件夹、其压缩包，或 YOLO 检测器的 .onnx 文件。'
  },
  'model/linked-file': { message: '模型文件夹中有链接，未添加。', nextStep: '请先把文件夹真正复制一份，再添加副本。' },
  'model/not-a-file': { message: '模型文件夹中有不是普通文件的内容，未添加。', nextStep: '请重新复制该模型。' },
  'model/none': { message: '没有可提问的模型。', nextStep: '请用“eyrie models add”添加模型文件夹。' },
  'model/no-masker': {
    message: '没有能生成掩码的模型。',
    nextStep:
      '请导入 SAM 或 SAM 2 的模型文件夹（transformers.js 布局，onnx/ 下有 vision_encoder.onnx 和 prompt_encoder_mask_decoder.onnx）：eyrie models add 文件夹。'
  },
  'mask/no-place': { message: '请选择说明是哪个物体的区域。', nextStep: '请选择一个框、物体上的点，或两者。' },
  'mask/several-boxes': {
    message: '点属于一个物体，却同时选择了多个框。',
    nextStep: '请选择一个框、物体上的点，或两者。'
  },
  'mask/outside': { message: '图像之外的位置无法生成掩码。', nextStep: '请选择一个框、物体上的点，或两者。' },
  'mask/unknown-region': { message: '所选区域已不在图像上。', nextStep: '请重新选择，或撤销删除。' },
  'mask/dropped': { message: '掩码未保留：期间其依据的区域有改动。', nextStep: '请重新生成。' },
  'inference/no-mask': { message: '模型在该处没有看到物体。', nextStep: '请把框画得更贴近物体，或指向其中央。' },
  'inference/cannot-mask': { message: '该模型不能由此生成掩码。', nextStep: '请改用点，或换用 SAM、SAM 2。' },
  'inference/masks-only': { message: '该模型由框和点生成掩码，不回答问题。', nextStep: '请换一个模型提问。' },
  'model/not-found': { message: '没有这个模型。', nextStep: '请另选一个模型。' },
  'model/missing-file': { message: '模型文件不完整。', nextStep: '请补齐缺少的文件，或重新复制整个模型。' },
  'model/wrong-hash': { message: '模型文件与其校验和不符。', nextStep: '请重新复制该模型。' },
  'model/wrong-size': { message: '模型文件大小不符。', nextStep: '请重新复制该模型。' },
  'model/unsupported-graph': {
    message: '本版本无法运行这个模型文件。',
    nextStep: '请换一个模型，或重新导出：YOLO 检测器须写明其类别，且以图像为唯一输入。'
  },
  'model/corrupt-graph': { message: '模型文件已损坏。', nextStep: '请重新复制该模型。' },
  'model/unsafe-reference': {
    message: '模型要读取其文件夹之外的文件，已拒绝。',
    nextStep: '请使用所有文件都在自身文件夹中的模型。'
  },
  'model/bad-config': { message: '模型的配置文件有误。', nextStep: '请重新复制该模型。' },
  'dialect/unknown': { message: '此版本不认识模型的写法。', nextStep: '请换一个模型，或更新应用。' },
  'inference/crashed': {
    message: '模型进程意外结束；标注和其他图像不受影响。',
    nextStep: '请再次提问，模型会重新启动；若再次发生，请换一个模型或执行后端。'
  },
  'endpoint/not-allowed': {
    message: '没有发送任何内容：尚未允许把图像和问题发送到这个模型服务器。',
    nextStep: '如果允许图像离开本机发送到那里，请在“模型”窗口中点“允许”。'
  },
  'endpoint/no-key': {
    message: '这个模型服务器需要密钥，但没有找到。',
    nextStep: '请设置对应的环境变量，然后重启应用。'
  },
  'endpoint/key-refused': {
    message: '模型服务器不接受密钥。',
    nextStep: '请把正确的密钥写入对应的环境变量，然后重启应用。'
  },
  'endpoint/unreachable': { message: '无法连接模型服务器。', nextStep: '请确认服务器在运行，并检查地址。' },
  'endpoint/timeout': { message: '模型服务器没有及时回答。', nextStep: '请查看服务器是否繁忙，然后再次提问。' },
  'endpoint/busy': { message: '模型服务器请求太多。', nextStep: '请稍候再试，或减少同时提问的数量。' },
  'endpoint/not-there': {
    message: '服务器上没有这个地址或模型。',
    nextStep: '请检查地址（通常以 /v1 结尾）和模型名称。'
  },
  'endpoint/too-large': { message: '服务器认为图像太大。', nextStep: '请使用较小的图像。' },
  'endpoint/refused': { message: '模型服务器拒绝了这个问题。', nextStep: '请检查模型及服务器支持的功能。' },
  'endpoint/server-error': { message: '模型服务器内部出错。', nextStep: '请查看服务器的日志，然后再次提问。' },
  'endpoint/bad-answer': {
    message: '模型服务器的回答无法读取。',
    nextStep: '请确认该地址是提供 OpenAI 接口的服务器。'
  },
  'endpoint/bad-config': { message: '无法使用这个服务器的设置。', nextStep: '请改正有问题的字段，然后再次保存。' },
  'endpoint/name-taken': { message: '这个名称已被本机的模型使用。', nextStep: '请为服务器换一个名称。' },
  'endpoint/redirect': { message: '服务器把请求转到别处，未跟随。', nextStep: '请填写真正回答的地址。' },
  'endpoint/refused-address': { message: '不能向这个地址发送。', nextStep: '请检查服务器的地址。' },
  'endpoint/too-long': { message: '服务器的回答太长。', nextStep: '请查看服务器发送了什么。' },
  'endpoint/unknown': { message: '没有这个模型服务器。', nextStep: '请重新打开“模型”窗口。' },

  'inference/set-aside': {
    message: '此问题多次使模型进程结束，已搁置。',
    nextStep: '请修改问题、换一个模型，或重启应用后再试。'
  },
  'inference/timeout': {
    message: '模型长时间没有响应，已被结束。',
    nextStep: '请再次提问；若仍如此，请换用较小的模型或图像。'
  },
  'inference/prompt-too-long': { message: '问题超出了模型能读的长度。', nextStep: '请缩短问题，或新建对话。' },
  'inference/failed': { message: '模型未能作答。', nextStep: askAgain },
  'inference/bad-output': { message: '模型给出的结果不是有效数字。', nextStep: askAgain },
  'inference/closed': { message: '应用正在关闭，问题未作答。', nextStep: '请在下次启动后再问。' },

  'export/exists': { message: '文件夹中已有同名文件，未作改动。', nextStep: '请另选文件夹，或允许替换文件。' },
  'export/no-folder': { message: '导出文件夹不存在或不可写入。', nextStep: '请另选文件夹。' },
  'export/changed': { message: '导出期间项目发生了变化。', nextStep: '请再次导出。' },
  'export/bad-split': { message: '这样的划分无法进行。', nextStep: '请给出名称和份额，各份额之和为 1。' },
  'export/no-pictures': {
    message: '所选的导出需要图像，但读不到图像。',
    nextStep: '请换一种格式，或按图像、文件夹划分。'
  },
  'export/iou-range': { message: '没有 IoU 落在所选的范围内。', nextStep: '请让最小值不大于最大值。' },
  'import/archive': { message: '压缩包无法解开。', nextStep: '请先解压，再导入文件夹；项目没有改变。' },
  'import/archive-too-large': { message: '压缩包解开后过大。', nextStep: '请先解压，再导入文件夹；项目没有改变。' },
  'import/cancelled': { message: '导入已取消，项目保持原样。' },
  'import/panoptic': { message: '这是全景分割，其分割存放在旁边的图像中，无法读取。', nextStep: '请导出为实例分割。' },
  'import/parquet': { message: 'Parquet 文件无法读取。', nextStep: '请检查文件；项目没有改变。' },
  'import/pickle': { message: 'pickle 文件无法读取，其中的内容不会被执行。', nextStep: '请检查文件；项目没有改变。' },
  'import/xml': { message: '文件不是有效的 XML。', nextStep: '请修正文件后再导入；项目没有改变。' },
  'import/yaml': { message: '文件不是有效的 YAML。', nextStep: '请修正文件后再导入；项目没有改变。' },
  'import/running': { message: '正在导入。', nextStep: '请等待完成。' },
  'import/broken': { message: '文件在中途结束，无法读取。', nextStep: '请换回完整的文件；项目没有改变。' },
  'import/archive-unsafe': { message: '压缩包中有会跑出文件夹的文件，未解开。', nextStep: '请使用可信的压缩包。' },
  'import/no-such-setting': { message: '该格式没有这个读取设置。', nextStep: '请从该格式列出的设置中选择。' },
  'build/no-tasks': { message: '没有剩下可生成的任务。', nextStep: '请至少选择一种任务。' },
  'build/no-endpoint': { message: '没有选择模型服务器。', nextStep: '请选择一个，或先添加。' },
  'build/not-answered': { message: '没有得到回答。' },
  'build/running': { message: '正在生成对话。', nextStep: '请等待完成。' },
  'build/cancelled': { message: '生成已取消。' },
  'label/gone': { message: '两个标签之一已不在项目中。', nextStep: '请重新检查项目。' },
  'lint/running': { message: '检查正在进行。', nextStep: '请等待完成。' },
  'lint/stopped': { message: '检查中途停止，没有任何改动。', nextStep: '请重新检查。' },
  'export/cancelled': { message: '导出已取消。', nextStep: '没有写入任何内容，可随时再次导出。' },
  'export/not-certified': {
    message: '读回的内容与写入的不符，导出未进行。',
    nextStep: '请修改所列内容，或选择其他格式。'
  },
  'export/unknown-format': { message: '没有这种导出格式。', nextStep: '请选择其他格式。' },
  'export/unreadable-manifest': { message: '之前导出的清单无法读取。', nextStep: '请另选文件夹，或移走该清单。' },
  'export/unsafe-name': { message: '有文件名会跑出导出文件夹，未写入。', nextStep: '请修改图像的路径后再导出。' },
  'build/unknown-recipe': { message: '没有这种配方。', nextStep: '请重新打开窗口。' },
  'lint/cancelled': { message: '检查已取消，没有任何改动。' },
  'lint/worker-missing': { message: '应用缺少检查所需的文件。', nextStep: '请重新构建或重新安装应用。' },
  'image/unknown': { message: '项目中没有这张图像。', nextStep: '请重新读取图像文件夹。' },
  'export/running': { message: '此导出正在进行。', nextStep: '请等待完成。' },
  'ipc/invalid-params': {
    message: '请求的内容无效，已拒绝，没有任何改动。',
    nextStep: '请撤销上一步，或重新加载窗口。'
  },
  'ipc/too-many-calls': { message: '此窗口等待中的请求过多。', nextStep: '请等待正在进行的工作完成，然后重试。' },
  'ipc/unknown-method': {
    message: '窗口请求了核心没有的功能。',
    nextStep: '请重新加载窗口；若再次出现，说明窗口与核心的版本不一致。'
  },
  'ipc/foreign-sender': { message: '不属于本应用的页面向核心发出了请求，已拒绝。' },
  'shell/port-in-use': { message: '端口已被占用。', nextStep: '请换一个端口。' }
}

/** 按原文对应的固定句子。 */
export const chineseSentences: Readonly<Record<string, string>> = {
  'The source tells no list of its files: the names that such folders have were tried.':
    '来源没有给出文件列表：已按此类文件夹的惯用名称逐一尝试。',
  'What had come before is not used: its notes cannot be read.': '之前下载的部分不再使用：其记录无法读取。',
  'What had come before is not used: the publisher has another version now.':
    '之前下载的部分不再使用：发布者已有新版本。',
  'Referential dialogue: finding and describing regions, questions at a box, captions with boxes, counts, reasons with boxes.':
    '指代对话：查找与描述区域、就框提问、带框的描述、计数、带框的推理。',
  'Relations from either end, coarse places, counting and detection.': '从任一端问关系、大致方位、计数与检测。',
  'Expressions for one thing or several, told apart by class, attribute, position, order, relation, size or exclusion.':
    '指代一个或多个对象的表达，按类别、属性、位置、次序、关系、大小或排除来区分。',
  'Captions whose noun chunks are tied to regions, with the words that belong to them, and expressions made of those.':
    '名词短语与区域相连的描述，以及由此得到的表达。',
  'Conversations, descriptions and reasoning by a language model that is told captions, labels and boxes, and no image; what the boxes contradict is left out.':
    '由语言模型撰写的对话、描述和推理：只告知描述、标签和框，不发送图像；与框矛盾的内容会略去。',
  'Space at the ends of phrases was left out.': '短语首尾的空格已略去。',
  'what the numbers of a box count': '框的数字如何计数',
  'pixels from 1 where the file names VOC as its source, else edges from 0':
    '文件注明来自 VOC 时按从 1 起的像素，否则按从 0 起的边',
  'the original, and supervision: pixels from 1, both included': '原版与 supervision：从 1 起的像素，两端都含',
  'LabelImg, CVAT, Datumaro: edges from 0': 'LabelImg、CVAT、Datumaro：从 0 起的边',
  ...chineseLimits,
  'Stopped by the person.': '已手动停止。',
  'The answer reached its longest length and was cut off there.': '回答达到最大长度，在此截断。',
  'The model has no room for a longer answer to this question.': '模型没有余量给出更长的回答。',
  'The answer took longer than it may and was cut off there.': '回答超时，在此截断。',
  'The model repeated itself and was stopped.': '模型开始重复，已被停止。',

  'Dialogues only: regions that no turn names are left out and counted.':
    '仅含对话：未被任何轮次提及的区域不导出，但会计数。',
  'Coordinates have the precision of the chosen dialect, and are cut at its borders.':
    '坐标精度取决于所选写法，并在其边界处截断。',
  'Questions and answers leave in pairs; partial, failed and unreviewed answers are left out and counted.':
    '问答成对导出；不完整、失败和未审核的回答不导出，但会计数。',
  'Boxes only: points and dialogues are left out and counted.': '仅含框：点和对话不导出，但会计数。',
  'Regions without a label go to the category “unlabelled”; phrase, state and origin are kept under “attributes”.':
    '没有标签的区域归入“unlabelled”类别；短语、状态和来源保存在“attributes”中。',
  'Coordinates are exact pixels of the upright image and may lie outside it. There are no masks: area is the area of the box.':
    '坐标为摆正后图像的精确像素，可能超出图像范围。没有掩码：area 为框的面积。',
  'Two files: boxes with a phrase (shikra-rec.jsonl) and dialogues (shikra-dialogues.jsonl).':
    '两个文件：带短语的框（shikra-rec.jsonl）和对话（shikra-dialogues.jsonl）。',
  'Regions without a phrase that no turn names, and labels, are left out; the former are counted.':
    '既无短语又未被任何轮次提及的区域，以及标签，不导出；前者会计数。',
  'Coordinates are exact pixels of the upright, unpadded image and may lie outside it.':
    '坐标为摆正后、未填充图像的精确像素，可能超出图像范围。',
  'A region reaches outside the image; its coordinates are written as they are.':
    '有区域超出图像范围；其坐标按原样写出。'
}
