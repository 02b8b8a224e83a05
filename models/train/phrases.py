"""How the tasks are asked, in English and Chinese. `{}` is filled by an expression, a noun or a region."""


def _split(text):
    return [p for p in text.replace("\n", "|").split("|") if p]


ENGLISH = {
    "rec": _split("""Where is {}?|Where is {} in the image?|Where is {} in this picture?|Locate {}.|Find {}.|Point out {}.
Can you find {}?|Can you locate {} in the image?|Please find {}.|Please locate {}.|Give the box of {}.|Show me {}.
Give me the location of {}.|What is the location of {}?|What is the position of {}?|Mark {}.|Which region shows {}?
Can you point out {} in the image and give the coordinates of its location?|Where can I find {}?|Select {}.
Draw a box around {}.|I am looking for {}. Where is it?|Tell me where {} is.|Where do you see {}?|Find {} and give its box.
Help me find {}.|In this image, where is {}?|Provide the bounding box of {}.|Locate {} with a box.|{}|Could you show {}?
What are the coordinates of {}?|Identify {} in the image.|Where's {}?|Can you see {}? Where is it?|Highlight {}.|box {}"""),
    "aim": _split("""Point to {} with one point.|Give a point on {}.|Click on {}.|Where would you click to select {}?|Point at {}.
Give the centre point of {}.|Put a point on {}.|What is the centre of {}?|Tap on {}.|Mark {} with a point."""),
    "point": _split("""What is at {}?|What is at {}?|What's at {}?|What is this {}?|What do you see at {}?|What is the object at {}?
Which object is at {}?|Name the object at {}.|What is shown at {}?|Identify {}.|What thing is at {}?|Tell me what is at {}.
What is the name of the object at {}?|Describe the object at {}.|What is located at {}?|What is the thing at {}?"""),
    "box": _split("""What is in {}?|What is in {}?|What is {}?|What is in the region {}?|What is inside {}?|What does {} show?
Describe {}.|Describe the region {}.|What is in the box {}?|What object is in {}?|Name the object in {}.|What is this {}?
Give a short description of {}.|What do you see in {}?|Which object is in the region {}?|What can you see in {}?
Tell me what is in {}.|Can you give me a description of the region {} in the image?|What's in {}?|Identify {}."""),
    "reg": _split("""Describe {} so that it can be found.|Give a unique description of {}.|How would you tell {} from the others?
Which one is {}?|Refer to {} in words.|Write a referring expression for {}.|Describe {} uniquely.|Which of them is {}?
Say which one {} is.|Describe {} so that no other object fits."""),
    "all": _split("""Find all {}.|Where are the {}?|Locate all {}.|Show all {}.|Point out all the {}.|Find every one of the {}.
Mark all {}.|Locate the {}.|Where are all the {}?|Show me all {} in the image.|Give the boxes of all {}.|Find the {}.|Box all {}."""),
    "count": _split("""How many {} are there?|How many {} are in the image?|Count the {}.|How many {} do you see?
How many {} can you see?|What is the number of {}?|How many {}?|Count all {} in the picture."""),
    "steps": _split("""How many {} are there? Point to each first.|Count the {} step by step.|First box all {}, then count them.
Mark the {} and then say how many there are.|How many {} are there? Show each one before you answer."""),
    "exist": _split("""Is there {}?|Is there {} in the image?|Do you see {}?|Can you see {} in the picture?
Does the image show {}?|Is {} in the image?|Does this picture contain {}?|Any chance there is {} here?"""),
    "relation": _split("""Where is {} relative to {}?|What is the relation of {} to {}?|How is {} located relative to {}?
Where is {} compared with {}?|Describe where {} is relative to {}.|What is the position of {} relative to {}?"""),
    "whether": _split("""Is {} {} {}?|Is it true that {} is {} {}?|Would you say {} is {} {}?"""),
    "larger": _split("""Which is larger, {} or {}?|Which is bigger, {} or {}?|What is larger: {} or {}?|Which one is the larger one, {} or {}?"""),
    "smaller": _split("""Which is smaller, {} or {}?|What is smaller: {} or {}?|Which one is the smaller one, {} or {}?"""),
    "closer": _split("""Which is closer to {}, {} or {}?|What is nearer to {}, {} or {}?|Which one is closest to {}: {} or {}?"""),
    "beside": _split("""What is {} {}?|What do you see {} {}?|Which object is {} {}?|What object is directly {} {}?|Name the nearest object {} {}."""),
    "colour": _split("""What color is {}?|What colour is {}?|Which color does {} have?|Tell me the color of {}."""),
    "size": _split("""How large is {}?|How big is {}?|What size is {}?|Is {} small or large?"""),
    "caption": _split("""Describe the image with boxes.|Describe the image and give the box of each object.|Describe the picture with boxes.
What is in the image? Give boxes.|List all objects with their boxes.|Describe the image.|Give a short description of the image with boxes.
Provide a description of the image and include the coordinates for each mentioned object.|What do you see?|What is in this picture?"""),
    "it": _split("Where is it?|Where is that?|Give its box.|Show me where it is.|Locate it.|And where is it?|Can you box it?"),
    "its_colour": _split("What color is it?|What colour is it?|And its color?|Which color does it have?"),
    "its_size": _split("How large is it?|How big is it?|And its size?|Is it small or large?"),
    "its_side": _split("""What is {}?|And {}?|And what is {}?|What do you see {}?|Which object is {}?|Is there anything {}?"""),
    "more": _split("Are there more of them?|Are there others like it?|Is it the only one?|Any other ones?|Where are the others?"),
}
CHINESE = {
    "rec": _split("""{}在哪里？|{}在哪？|{}在图中的什么位置？|请找出{}。|找到{}。|找{}|定位{}。|请标出{}。|请框出{}。|指出{}。|图中的{}在哪里？
给出{}的坐标。|{}的位置是什么？|{}的边界框是什么？|你能找到{}吗？|帮我找{}。|请告诉我{}在哪里。|哪个区域是{}？|{}|请用方框标出{}。|我在找{}，它在哪里？
请给出{}的位置。|在图中找到{}。|选中{}。|{}在什么地方？"""),
    "aim": _split("""点一下{}。|用一个点指出{}。|给出{}的中心点。|点击{}。|请在{}上点一个点。|{}的中心在哪里？|用点标出{}。|指向{}。"""),
    "point": _split("""{}处是什么？|{}这里是什么？|{}是什么？|点{}处是什么东西？|在{}这个位置有什么？|请说出{}处的物体。|{}处的物体是什么？|你在{}看到什么？|告诉我{}是什么。"""),
    "box": _split("""{}里是什么？|{}里面有什么？|区域{}里是什么？|方框{}中是什么？|描述{}。|请描述区域{}。|{}是什么？|{}中的物体是什么？|框{}里的东西是什么？|说出{}里的物体。|你在{}里看到什么？|请简单描述{}。"""),
    "reg": _split("""请唯一地描述{}。|用一句话指代{}，使它不会被认错。|{}是哪一个？|怎样把{}和其他的区分开？|写出{}的指代描述。|请描述{}，让人能找到它。"""),
    "all": _split("""找出所有的{}。|所有的{}在哪里？|标出所有{}。|请框出全部{}。|把所有{}找出来。|{}都在哪里？|请找到每一个{}。|给出所有{}的坐标。"""),
    "count": _split("""有多少个{}？|图中有几个{}？|数一数{}。|一共有几个{}？|{}有多少？|图中{}的数量是多少？|有几个{}？|你看到几个{}？"""),
    "steps": _split("""先框出所有{}，再数一数。|请一步一步地数{}。|有几个{}？先指出每一个再回答。|标出{}，然后说有多少个。"""),
    "exist": _split("""有{}吗？|图中有{}吗？|图里有没有{}？|你看到{}了吗？|有没有{}？|这张图中有{}吗？|图片中存在{}吗？|能看到{}吗？"""),
    "relation": _split("""{}在{}的什么方向？|{}在{}的哪边？|{}相对{}在什么位置？|{}和{}是什么位置关系？|说明{}相对于{}的位置。"""),
    "whether": _split("""{}在{}的{}吗？|{}是不是在{}的{}？|{}是否位于{}的{}？"""),
    "larger": _split("""{}和{}哪个更大？|哪个更大，{}还是{}？|{}与{}相比，哪个大？|{}和{}中更大的是哪个？"""),
    "smaller": _split("""{}和{}哪个更小？|哪个更小，{}还是{}？|{}与{}相比，哪个小？|{}和{}中更小的是哪个？"""),
    "closer": _split("""离{}更近的是{}还是{}？|哪个离{}更近，{}还是{}？|{}旁边更近的是{}还是{}？"""),
    "beside": _split("""{}的{}是什么？|{}的{}有什么？|{}的{}是什么东西？|{}的{}最近的物体是什么？"""),
    "colour": _split("""{}是什么颜色？|{}的颜色是什么？|告诉我{}的颜色。"""),
    "size": _split("""{}有多大？|{}是大还是小？|{}的大小怎样？"""),
    "caption": _split("""用方框描述这张图。|描述图片并给出每个物体的坐标。|描述这张图片。|图中有什么？|图里有哪些东西？请给出方框。|列出所有物体和它们的位置。|请描述图像，并标出每个物体。|你看到了什么？|这张图里有什么？"""),
    "it": _split("它在哪里？|它在哪？|给出它的方框。|框出它。|请标出它。|那它在哪里？|它的位置是什么？"),
    "its_colour": _split("它是什么颜色？|它的颜色是什么？|那它的颜色呢？"),
    "its_size": _split("它有多大？|它是大还是小？|它的大小怎样？"),
    "its_side": _split("""它的{}是什么？|它的{}有什么？|那它的{}呢？|它的{}是什么东西？"""),
    "more": _split("还有别的吗？|还有其他的吗？|它是唯一的吗？|其他的在哪里？"),
}
