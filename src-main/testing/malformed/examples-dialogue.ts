/** @file Valid data sets of formats of dialogues and captions. */
import type { Example } from './example'

const pixels = { order: 'xyxy', unit: 'pixels' } as const
const fractions = { order: 'xyxy', unit: 'fractions' } as const
const thousandths = { order: 'xyxy', unit: 'thousandths' } as const
const json = { syntax: 'json' } as const

const llava: Example = {
  ...{ format: 'llava-json', name: 'regions', ...json, ...fractions },
  files: {
    'llava.json': `[{"id":‹n:"m1"›,"image":‹i:"a.jpg"›,"conversations":[{"from":"human","value":‹t:"<image>\\nWhat is in this region: [0.62, 0.32, 0.94, 0.50]?"›},{"from":"gpt","value":‹t:"a red cup"›}]},
{"id":‹n:"m2"›,"image":‹i:"b.jpg"›,"conversations":[{"from":"human","value":"<image>\\nWhere is the dog?"},{"from":"gpt","value":‹t:"At [0.28, 0.78, 0.59, 0.97]."›}]}]
`
  }
}
const qwenVl: Example = {
  ...{ format: 'qwen-vl-json', name: 'finetune', ...json, ...thousandths },
  files: {
    'qwen.json': `[{"id":‹n:"q1"›,"conversations":[{"from":"user","value":‹t:"Picture 1: <img>a.jpg</img>\\nFind the cup"›},{"from":"assistant","value":‹t:"<ref>the cup</ref><box>(625,208),(937,458)</box>"›}]},
{"id":‹n:"q2"›,"conversations":[{"from":"user","value":"Picture 1: <img>b.jpg</img>\\nFind the dog"},{"from":"assistant","value":"<ref>the dog</ref><box>(208,781),(625,968)</box>"}]}]
`
  }
}
const qwen2Vl: Example = {
  ...{ format: 'qwen2-vl-json', name: 'finetune', ...json, ...pixels },
  files: {
    'train.json': `[{"image":‹i:"a.jpg"›,"conversations":[{"from":"human","value":"<image>\\nLocate the cup, output bbox coordinates in JSON format."},{"from":"gpt","value":‹t:"[{\\"bbox_2d\\": [392, 98, 588, 216], \\"label\\": \\"cup\\"}]"›}]},
{"image":‹i:"b.jpg"›,"conversations":[{"from":"human","value":"<image>\\nLocate the dog, output bbox coordinates in JSON format."},{"from":"gpt","value":"[{\\"bbox_2d\\": [98, 490, 294, 608], \\"label\\": \\"dog\\"}]"}]}]
`
  }
}
const msSwift: Example = {
  ...{ format: 'ms-swift', name: 'objects', ...json, ...pixels },
  files: {
    'swift.jsonl': `{"messages":[{"role":"user","content":"<image>Find <ref-object>"},{"role":"assistant","content":‹t:"<ref-object><bbox>"›}],"images":[‹i:"a.jpg"›],"objects":{"ref":[‹t:"the cup"›,‹t:"cup"›],"bbox":[[‹b:400›,‹b:100›,‹b:600›,‹b:220›]],"bbox_type":"real"}}
{"messages":[{"role":"user","content":"<image>Find <ref-object>"},{"role":"assistant","content":"<bbox>"}],"images":[‹i:"b.jpg"›],"objects":{"ref":[‹t:"the dog"›],"bbox":[[‹b:100›,‹b:500›,‹b:300›,‹b:620›]]}}
`
  }
}
const llamaFactory: Example = {
  ...{ format: 'llama-factory', name: 'sharegpt', ...json, ...pixels },
  files: {
    'llama.json': `[{"messages":[{"role":"user","content":‹t:"<image>What is it?"›},{"role":"assistant","content":‹t:"a cup"›}],"images":[‹i:"a.jpg"›]},
{"messages":[{"role":"user","content":"<image>What is it?"},{"role":"assistant","content":‹t:"a dog"›}],"images":[‹i:"b.jpg"›]}]
`
  }
}
const openai: Example = {
  ...{ format: 'openai-jsonl', name: 'chat', ...json, ...pixels },
  files: {
    'chat.jsonl': `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":‹i:"https://example.invalid/a.jpg"›}},{"type":"text","text":‹t:"What is it?"›}]},{"role":"assistant","content":‹t:"a cup"›}]}
{"messages":[{"role":"system","content":"Be short."},{"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":‹i:"b.jpg"›}}]},{"role":"assistant","content":‹t:"a dog"›}]}
`
  }
}
const ferret: Example = {
  ...{ format: 'ferret-json', name: 'boxes', ...json, ...pixels },
  files: {
    'ferret.json': `[{"id":‹n:0›,"image":‹i:"a.jpg"›,"image_h":‹h:480›,"image_w":‹w:640›,"conversations":[{"from":"human","value":‹t:"<image>\\nWhat is <bbox_location0>?"›},{"from":"gpt","value":‹t:"a cup"›}],"box_x1y1x2y2":[[[‹b:400›,‹b:100›,‹b:600›,‹b:220›]],[]]},
{"id":‹n:1›,"image":‹i:"b.jpg"›,"image_h":‹h:640›,"image_w":‹w:480›,"conversations":[{"from":"human","value":"<image>\\nWhere is the dog?"},{"from":"gpt","value":‹t:"At <bbox_location0>"›}],"box_x1y1x2y2":[[],[[‹b:100›,‹b:500›,‹b:300›,‹b:620›]]]}]
`
  }
}
const gpt4roi: Example = {
  ...{ format: 'gpt4roi-json', name: 'boxes', ...json, ...fractions },
  files: {
    'roi.json': `[{"id":‹n:"m1"›,"image":‹i:"a.jpg"›,"conversations":[{"from":"human","value":‹t:"<image>\\nIs region1 <bbox> near region2 <bbox>?"›},{"from":"gpt","value":‹t:"yes"›}],"bboxes":[[‹b:0.6›,‹b:0.2›,‹b:0.9›,‹b:0.45›],[‹b:0.7›,‹b:0.1›,‹b:0.95›,‹b:0.3›]]},
{"id":‹n:"m2"›,"image":‹i:"b.jpg"›,"conversations":[{"from":"human","value":"<image>\\nWhat is region1 <bbox>?"},{"from":"gpt","value":‹t:"a dog"›}],"bboxes":[[‹b:0.2›,‹b:0.8›,‹b:0.6›,‹b:0.95›]]}]
`
  }
}
const scienceQa: Example = {
  ...{ format: 'science-qa', name: 'problems', ...json, ...pixels },
  optional: ['1', '2', '1.hint', '2.hint', '1.choices.*', '2.choices.*'],
  files: {
    'problems.json': `{"1":{"question":‹t:"Which is red?"›,"choices":[‹t:"the cup"›,‹t:"the dog"›],"answer":‹c:0›,"hint":"","image":‹i:"a.jpg"›,"task":"closed choice","grade":"grade2","subject":"x","topic":"x","category":"x","skill":"x","lecture":"","solution":"","split":"train"},
"2":{"question":"Which sleeps?","choices":["the cup","the dog"],"answer":‹c:1›,"hint":‹t:"Look."›,"image":‹i:"b.jpg"›,"task":"closed choice","grade":"grade2","subject":"x","topic":"x","category":"x","skill":"x","lecture":"","solution":"","split":"train"}}
`,
    'pid_splits.json': '{"train":["1","2"],"val":[],"test":[]}\n'
  }
}
const prefixSuffix: Example = {
  ...{ format: 'prefix-suffix', name: 'paligemma', ...json, order: 'yxyx', unit: 'fractions' },
  files: {
    'train.jsonl': `{"image":‹i:"a.jpg"›,"prefix":‹t:"detect cup"›,"suffix":‹t:"<loc0213><loc0640><loc0469><loc0960> cup"›}
{"image":‹i:"b.jpg"›,"prefix":"detect dog","suffix":‹t:"<loc0800><loc0213><loc0992><loc0640> dog"›}
`
  }
}
const captions: Example = {
  ...{ format: 'captions-jsonl', name: 'metadata', ...json, ...pixels },
  files: {
    'metadata.jsonl': `{"file_name":‹i:"a.jpg"›,"text":‹t:"a red cup"›}\n{"file_name":‹i:"b.jpg"›,"text":‹t:"a dog"›}\n`
  }
}
const mmc4: Example = {
  ...{ format: 'interleaved-jsonl', name: 'mmc4', ...json, ...pixels },
  files: {
    'docs.jsonl': `{"text_list":[‹t:"a cup"›,"and","a dog"],"image_info":[{"image_name":‹i:"a.jpg"›,"matched_text_index":‹r:0›},{"image_name":‹i:"b.jpg"›,"matched_text_index":‹r:2›}]}\n`
  }
}
const obelics: Example = {
  ...{ format: 'interleaved-jsonl', name: 'obelics', ...json, ...pixels },
  files: {
    'docs.jsonl': `{"images":[‹i:"a.jpg"›,null,‹i:"b.jpg"›,null],"texts":[null,‹t:"a cup"›,null,‹t:"a dog"›]}\n`
  }
}
const allSeeing: Example = {
  ...{ format: 'all-seeing', name: 'relations', ...json, ...thousandths },
  files: {
    'as.json': `[{"id":‹n:"r1"›,"image":‹i:"a.jpg"›,"conversations":[{"from":"human","value":"<image>\\nDescribe the relations."},{"from":"gpt","value":‹t:"A <ref>cup</ref><box>[[625, 281, 937, 468]]</box> is <pred>left of</pred><box>[[625, 281, 937, 468]]</box><box>[[781, 203, 968, 343]]</box> ."›}]},
{"id":‹n:"r2"›,"image":‹i:"b.jpg"›,"conversations":[{"from":"human","value":"<image>\\nFind the dog."},{"from":"gpt","value":‹t:"<ref>the dog</ref><box>[[281, 781, 593, 968]]</box>"›}]}]
`
  }
}

export const DIALOGUE_EXAMPLES: readonly Example[] = [
  ...[llava, qwenVl, qwen2Vl, msSwift, llamaFactory, openai, ferret, gpt4roi, scienceQa, prefixSuffix, captions],
  ...[mmc4, obelics, allSeeing]
]
